import { checkSchema, type CheckSpec } from '@kubedan/contracts';
import type { AuditEntry, AuditHandlers, AuditSource } from '@kubedan/kube';
import { afterEach, describe, expect, it } from 'vitest';
import { isWanted, mostRequests } from './sources/requests.js';
import { grade, MemoryApi, settled, stopAll } from './testing.js';

afterEach(stopAll);

const title = { en: 'It is so', zh: '是这样' };
const audit = (filter: object, rest: object): CheckSpec =>
  checkSchema.parse({ id: 'c', title, points: 1, audit: filter, ...rest });
const entry = (verb: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  by: 'learner',
  user: 'kubedan:learner',
  verb,
  group: '',
  resource: 'pods',
  subresource: '',
  namespace: 'shop',
  name: 'web-1',
  code: 200,
  at: '2026-01-01T00:00:01.000000Z',
  userAgent: 'kubectl/v1.35.4',
  ...more,
});

/** A log in memory. */
class MemoryLog implements AuditSource {
  readonly entries: AuditEntry[] = [];
  handlers: AuditHandlers | undefined;
  broken: Error | undefined;
  stopped = 0;
  follow(handlers: AuditHandlers) {
    this.handlers = handlers;
    queueMicrotask(() => {
      if (this.broken) return handlers.onError(this.broken);
      if (this.entries.length > 0) handlers.onEntries([...this.entries]);
      handlers.onSynced();
    });
    return {
      sync: async () => {
        if (this.broken) throw this.broken;
      },
      stop: async () => void this.stopped++,
    };
  }
  write(...entries: AuditEntry[]): void {
    this.entries.push(...entries);
    for (let at = 0; at < entries.length; at += 200) this.handlers?.onEntries(entries.slice(at, at + 200));
  }
}

describe('a check on what the learner asked for', () => {
  it('sees the requests that it names, as they come', async () => {
    const log = new MemoryLog();
    const check = audit(
      { verbs: ['create'], resources: ['pods/exec'] },
      { expect: 'requests.exists(r, r.code < 400)' },
    );
    const { states, said, clock } = grade(new MemoryApi(), [check], { audit: log });
    await settled();
    log.write(
      entry('create'),
      entry('get', { subresource: 'exec' }),
      entry('create', { subresource: 'exec', code: 403 }),
    );
    expect(states()).toEqual(['fail']);
    await clock.pass(250);
    expect(said.map(({ mismatches }) => mismatches[0]?.seen)).toEqual(['[]', '403']);
    log.write(entry('create', { subresource: 'exec', code: 101 }));
    expect(states()).toEqual(['fail', 'fail', 'pass']);
    expect(log.handlers?.since).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('names the request that broke a rule, and never forgives it', async () => {
    const log = new MemoryLog();
    const check = audit({ resources: ['pods'] }, { expect: "requests.all(r, r.verb != 'delete')", always: true });
    const { grader, states, said } = grade(new MemoryApi(), [check], { audit: log });
    await settled();
    log.write(entry('list', { name: '' }), entry('delete'));
    expect(states()).toEqual(['pass', 'fail']);
    expect(said[1]?.mismatches).toEqual([
      { field: 'delete pods/shop/web-1: verb', seen: 'delete', expected: '≠ delete' },
    ]);
    const next = grade(new MemoryApi(), [check], { audit: new MemoryLog(), state: grader.state() });
    await settled();
    expect(next.states()).toEqual(['fail']);
  });

  it('sees what breaks a rule also when it is pushed out by a thousand others', async () => {
    const log = new MemoryLog();
    const many = Array.from({ length: 1_000 }, () => entry('get'));
    const rule = audit({}, { expect: "requests.all(r, r.verb != 'delete')", always: true });
    const size = { ...audit({}, { expect: `requests.size() == ${mostRequests}` }), id: 'size' };
    const { grader } = grade(new MemoryApi(), [rule, size], { audit: log });
    await settled();
    log.write(...many.slice(0, 150), entry('delete'), ...many);
    expect(grader.verdicts()).toMatchObject([{ state: 'fail' }, { state: 'pass' }]);
  });

  it('tells a crowd of requests that change nothing once', async () => {
    const log = new MemoryLog();
    const { said, clock } = grade(new MemoryApi(), [audit({}, { expect: 'requests.size() == 300' })], { audit: log });
    await settled();
    for (let count = 0; count < 299; count++) log.write(entry('get'));
    await clock.pass(250);
    expect(said.map(({ mismatches }) => mismatches[0]?.seen)).toEqual(['0', '299']);
    log.write(entry('get'));
    expect(said.at(-1)?.state).toBe('pass');
  });

  it('reads again what was done since the hand-over, and says nothing of a part of it', async () => {
    const log = new MemoryLog();
    log.entries.push(entry('patch'), entry('delete'));
    const plain = audit({}, { expect: 'requests.size() == 2' });
    const { grader, states } = grade(new MemoryApi(), [plain], { audit: log });
    await settled();
    expect(states()).toEqual(['pass']);
    await grader.pause();
    expect(log.stopped).toBe(1);
    log.entries.push(entry('patch'));
    grader.resume();
    await settled();
    expect(states()).toEqual(['pass', 'fail']);
  });

  it('is an error, and nobody’s fault, where the log cannot be read', async () => {
    const log = new MemoryLog();
    log.broken = new Error('EACCES: permission denied');
    const check = audit({}, { expect: 'requests.size() == 0', always: true });
    const broken = grade(new MemoryApi(), [check], { audit: log });
    const none = grade(new MemoryApi(), [check]);
    await settled();
    for (const { clock } of [broken, none]) await clock.pass(10_000);
    expect(broken.said).toMatchObject([{ state: 'error', message: { en: expect.stringContaining('EACCES') } }]);
    expect(none.said).toMatchObject([{ state: 'error', message: { en: expect.stringContaining('no audit log') } }]);
    expect(await broken.grader.recheck()).toMatchObject([{ state: 'error' }]);
  });
});

describe('isWanted', () => {
  it.each([
    [{}, {}, true],
    [{}, { by: 'serviceAccount' }, false],
    [{ serviceAccounts: true }, { by: 'serviceAccount' }, true],
    [{ verbs: ['get'] }, {}, false],
    [{ namespace: 'mall' }, {}, false],
    [{ resources: ['pods'] }, {}, true],
    [{ resources: ['pods'] }, { subresource: 'exec' }, false],
    [{ resources: ['pods/*'] }, { subresource: 'exec' }, true],
    [{ resources: ['pods/*'] }, {}, true],
    [{ resources: ['pods/log', 'pods/exec'] }, { subresource: 'exec' }, true],
    [{ resources: ['deployments'] }, { resource: 'deployments', group: 'apps' }, true],
    [{ resources: ['deployments.apps/scale'] }, { resource: 'deployments', group: 'apps', subresource: 'scale' }, true],
    [{ resources: ['deployments.extensions'] }, { resource: 'deployments', group: 'apps' }, false],
  ])('%j, %j: %s', (filter, more, wanted) => {
    const check = audit(filter, { expect: 'true' }) as Extract<CheckSpec, { audit: unknown }>;
    expect(isWanted(check.audit, entry('delete', more as Partial<AuditEntry>))).toBe(wanted);
  });
});
