import { describe, expect, it } from 'vitest';
import type { Lookup } from '../lookups.js';
import { ScriptPlan } from './script-plan.js';

const around = {
  env: new Map([
    ['NAME', 'world'],
    ['HOSTNAME', 'web'],
  ]),
  files: new Map([['/etc/app/key', 'value']]),
  directories: ['/etc/app'],
};

function planOf(argv: string[], lookUp: () => Lookup = () => ({ state: 'absent' })) {
  const world = {
    hostname: 'web',
    epoch: Date.parse('2026-01-01T00:00:00Z'),
    network: { namespace: 'shop', lookUp, podAt: () => undefined },
    own: () => undefined,
    dns: '10.96.0.10',
    memoryLimit: 64 * 2 ** 20,
  };
  return new ScriptPlan(argv, around, world, undefined, () => undefined);
}
const sh = (script: string) => planOf(['sh', '-c', script]);
const written = (plan: ScriptPlan, until = 0) => [...plan.output(until)].map((line) => line.text);

/** Runs a script to its end (at most an hour). */
function run(script: string): { lines: string[]; code: number | undefined; after: number | undefined } {
  const plan = sh(script);
  plan.advance(3_600_000);
  return { lines: written(plan, 3_600_000), code: plan.ending?.exitCode, after: plan.ending?.after };
}

describe('a script', () => {
  it.each([
    ['echo hello $NAME; exit 3', ['hello world'], 3],
    ['echo \'$NAME\' "$NAME" ${NONE:-none}', ['$NAME world none'], 0],
    ['false || echo no && echo yes', ['no', 'yes'], 0],
    ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i + 1)); done', ['0', '1', '2'], 0],
    ['for x in a b c; do if [ "$x" = b ]; then continue; fi; echo $x; done', ['a', 'c'], 0],
    ['if test -f /etc/app/key; then cat /etc/app/key; echo; else exit 9; fi', ['value'], 0],
    ['printf "%s-%s\\n" a b', ['a-b'], 0],
    ['env | grep NAME= | sort | head -n 1', ['HOSTNAME=web'], 0],
    ['x=$(echo a; echo b); echo "$x" | wc -l', ['2'], 0],
    ['echo one > /tmp/f; echo two >> /tmp/f; cat < /tmp/f', ['one', 'two'], 0],
    ['nope', ['sh: nope: not found'], 127],
    ['set -e; false; echo never', [], 1],
    ['! true', [], 1],
    ['{ echo a; echo b >&2; } 2>/dev/null', ['a'], 0],
    ['(exit 4); echo $?', [], 4],
    ['date +%Y-%m-%d', ['2026-01-01'], 0],
    ['sh -c "exit 5" || echo failed with $?', ['failed with 5'], 0],
    ['ls /etc/app', ['key'], 0],
    ['cat /etc/app/*; echo; cat /e*/app/k?[x-z]', ['value', 'value'], 0],
    ['cd /etc/app; echo *; echo ./[!a]*; echo "*" \\* x* $NONE', ['key', './key', '* * x*'], 0],
    ['echo /*/*/key/* /etc/*/', ['/*/*/key/* /etc/app/'], 0],
    ['touch /tmp/b.txt /tmp/a.txt /tmp/.c.txt; for f in /tmp/*.txt; do echo $f; done', ['/tmp/a.txt', '/tmp/b.txt'], 0],
    [
      'p="/etc/app/*"; echo $p "$p"; q=/etc/app/*; [ "$q" = "$p" ] && echo same',
      ['/etc/app/key /etc/app/*', 'same'],
      0,
    ],
    ['echo "unclosed', ['sh: syntax error: a " is missing'], 2],
  ])('%s', (script, lines, code) => {
    const result = run(script);
    expect(result.lines).toEqual(lines);
    expect(result.code).toBe(code);
  });

  it('takes its time', () => {
    expect(run('sleep 5; echo x; sleep 2m').after).toBe(125_000);
    expect(run('timeout 3 sleep 60').after).toBe(3_000);
  });

  it('that never ends is told only as far as time went, and asks to be woken rarely', () => {
    const plan = sh('i=0; while true; do echo tick $i; i=$((i+1)); sleep 1; done');
    expect(plan.advance(2_500)).toBeGreaterThanOrEqual(60_000);
    expect(written(plan, 2_500)).toEqual(['tick 0', 'tick 1', 'tick 2']);
    expect(plan.ending).toBeUndefined();
  });

  it('that spins without a pause does not hang', () => {
    const plan = sh('while true; do :; done');
    plan.advance(3_600_000);
    expect(plan.ending).toBeUndefined();
  });

  it('knows when its files come and go', () => {
    const plan = sh('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600');
    plan.advance(0);
    expect([0, 29_999, 30_001].map((at) => plan.filesAt(at).has('/tmp/healthy'))).toEqual([true, true, false]);
  });

  it('asks the world when its time has come, not ahead', () => {
    let found: Lookup = { state: 'absent' };
    const plan = planOf(
      ['sh', '-c', 'until nslookup db > /dev/null; do echo waiting; sleep 2; done; echo there'],
      () => found,
    );
    plan.advance(3_000);
    expect(written(plan, 3_000)).toEqual(['waiting', 'waiting']);
    found = {
      state: 'present',
      data: { facts: JSON.stringify({ clusterIP: '10.96.0.20', ports: [], endpoints: [] }) },
    };
    plan.advance(10_000);
    expect(written(plan, 10_000)).toEqual(['waiting', 'waiting', 'there']);
    expect(plan.ending?.exitCode).toBe(0);
  });

  it('says what it needs to know, and waits', () => {
    let found: Lookup = { state: 'unknown' };
    const plan = planOf(['nslookup', 'db.other'], () => found);
    expect(plan.advance(0)).toBe(Infinity);
    expect(plan.needs).toEqual([{ kind: 'Service', namespace: 'other', name: 'db' }]);
    found = { state: 'absent' };
    plan.advance(100);
    expect(plan.ending?.exitCode).toBe(1);
    expect(written(plan, 100)).toContain("** server can't find db.other: NXDOMAIN");
  });

  it('that takes more memory than it may is OOMKilled', () => {
    const plan = planOf(['stress', '--vm', '1', '--vm-bytes', '250M']);
    plan.advance(10_000);
    expect(plan.ending).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('ends at SIGTERM only when it traps it', () => {
    const deaf = sh('sleep infinity');
    const polite = sh('trap "exit 0" TERM; sleep infinity');
    deaf.advance(0);
    polite.advance(0);
    expect(deaf.stopsIn).toBe(Infinity);
    expect(polite.stopsIn).toBe(0);
  });
});

describe('a hostile script', () => {
  it.each([
    ['x=aaaaaaaaaaaaaaaa; while true; do x=$x$x$x$x; done'],
    ['while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done'],
    ['i=0; while true; do i=$((i+1)); touch /tmp/$i; done'],
    ['x=\'eval "$x"\'; eval "$x"'],
    ['while true; do nslookup db; done'],
    ['for i in $(seq 1 4000); do for j in $(seq 1 4000); do :; done; done'],
    [`x=$(seq 1 4000); y=${'$x'.repeat(20_000)}; echo ${'$x'.repeat(10_000)}`],
    [`x=${'a'.repeat(10_000)}; echo ${'"$x" '.repeat(1_000)}`],
    ['('.repeat(60_000)],
  ])('%s is held in bounds', (script) => {
    const plan = sh(script);
    const before = performance.now();
    for (let at = 0; at < 5_000; at += 500) plan.advance(at);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect([...plan.output(10_000)].reduce((sum, line) => sum + line.text.length, 0)).toBeLessThan(1_100_000);
  });
});
