import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { kubedan, LabFolder, tinyLab } from './cli-fixture.js';

interface Proof {
  lab: string;
  seed: string;
  kind: 'texts' | 'start' | 'solution' | 'wrong';
  answer?: string;
  ok: boolean;
  reasons: string[];
}

const noWrong = tinyLab['lab.yaml'].replace(/ {2}wrong:[\s\S]*$/, '');

describe('kubedan lab prove', () => {
  // Each proof starts a cluster: nine of them share the machine's cores.
  it(
    'shows what holds of good labs, and names each proof of a bad one that does not',
    { timeout: 300_000 },
    async () => {
      await using folder = await LabFolder.make();
      const open = tinyLab['solution/open.sh'];
      const dirs = await Promise.all([
        folder.lab('good'),
        folder.lab('breaks-nothing', {
          'lab.yaml': noWrong,
          'given/shop.yaml': tinyLab['given/shop.yaml'].replace('closed', 'open'),
        }),
        folder.lab('not-caught', { 'wrong/half.sh': open }),
        folder.lab('no-solution', { 'lab.yaml': noWrong, 'solution/open.sh': 'kubectl get configmap sing\n' }),
        folder.lab('broken-rule', {
          'lab.yaml': noWrong.replace('object.metadata.uid == given.metadata.uid', "object.metadata.name == 'other'"),
        }),
        folder.lab('no-set-up', {
          'lab.yaml': noWrong.replace('  tasks:', '  setup: wrong/half.sh\n  tasks:'),
          'wrong/half.sh': 'echo the oven is cold >&2; exit 3\n',
        }),
      ]);
      const { status, stdout, stderr } = await kubedan(['lab', 'prove', '--seeds', '1', '--json', ...dirs]);
      expect(stderr).toBe('');
      expect(status).toBe(1);
      const { proofs, failed, mutation } = JSON.parse(stdout) as {
        proofs: Proof[];
        failed: number;
        mutation: { lab: string; survivors: { checkId: string; change: string }[] }[];
      };
      const refused = proofs.filter(({ ok }) => !ok);
      expect(failed).toBe(refused.length);
      const of = (lab: string): string[] =>
        refused.filter((proof) => proof.lab === lab).map(({ kind, reasons }) => `${kind}: ${reasons.join('; ')}`);

      expect(of('good')).toEqual([]);
      expect(
        proofs
          .filter(({ lab }) => lab === 'good')
          .map(({ kind }) => kind)
          .toSorted(),
      ).toEqual(['solution', 'start', 'texts', 'wrong']);
      expect(of('breaks-nothing')).toEqual([expect.stringMatching(/^start: says-open is true at the start/)]);
      expect(of('not-caught')).toEqual([
        expect.stringMatching(/^wrong: says-open does not catch it: it says says-open is pass/),
      ]);
      expect(of('no-solution')).toEqual([
        expect.stringMatching(/^solution: solution\/open\.sh ended with status 1: .*"sing" not found/),
      ]);
      expect(of('broken-rule')[0]).toMatch(/^start: the rule is broken before anybody did anything: same-sign is fail/);
      // Only the checks of a lab that is proved are worth putting mistakes into; nobody breaks the rule of this one.
      expect(mutation.map(({ lab }) => lab)).toEqual(['good']);
      expect(mutation[0]?.survivors).toEqual([
        { checkId: 'same-sign', change: 'the check is left out' },
        { checkId: 'same-sign', change: 'without always' },
      ]);
      expect(of('no-set-up')[0]).toMatch(/^start: .*wrong\/half\.sh ended with status 3: the oven is cold/);
    },
  );

  it('proves the lab that lab new writes, and finds no mistake that its proofs would miss', async () => {
    await using folder = await LabFolder.make();
    await kubedan(['lab', 'new', 'bronze/mine', '--dir', folder.dir]);
    const dir = path.join(folder.dir, 'bronze/mine');
    const { stdout, status } = await kubedan(['lab', 'prove', '--seeds', '1', '--json', dir]);
    const { failed, proofs, mutation } = JSON.parse(stdout) as {
      failed: number;
      proofs: Proof[];
      mutation: { mutants: number; noticed: number; survivors: object[] }[];
    };
    expect({ status, failed }).toEqual({ status: 0, failed: 0 });
    expect(proofs.map(({ kind }) => kind).toSorted()).toEqual([
      'solution',
      'start',
      'texts',
      'wrong',
      'wrong',
      'wrong',
    ]);
    expect(mutation).toMatchObject([{ survivors: [] }]);
  });

  it('says the same to people, and ends with status 1', async () => {
    await using folder = await LabFolder.make();
    const dir = await folder.lab('wrong-names', { 'lab.yaml': noWrong, 'text.zh.md': '把 `deployment/web` 扩容。\n' });
    const report = path.join(folder.dir, 'report.html');
    const { status, stdout } = await kubedan(['lab', 'prove', '--seeds', '1', '--report', report, dir]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✗ wrong-names seed-1 texts/m);
    expect(stdout).toContain('text.zh.md:1:4: Deployment web is neither given nor looked at by a check');
    expect(stdout).toMatch(/^✓ wrong-names seed-1 solution/m);
    expect(stdout).toMatch(/^wrong-names +1 +3, 1 of them do not hold +\d+\.\d +–$/m);
    expect(stdout).toMatch(/^1 of 3 proofs do not hold, of 1 lab in \d+ s\.$/m);
    expect(await readFile(report, 'utf8')).toContain(
      'text.zh.md:1:4: Deployment web is neither given nor looked at by a check',
    );
  });

  it('asks for as many noticed mistakes as it is told to', async () => {
    await using folder = await LabFolder.make();
    const dir = await folder.lab('weak', { 'lab.yaml': noWrong });
    const report = path.join(folder.dir, 'report.md');
    const prove = ['lab', 'prove', '--seeds', '1', '--report', report, dir, '--min-mutation'];
    const { status, stdout } = await kubedan([...prove, '90']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^weak: \d\d % of the mistakes are noticed, fewer than 90 %\.$/m);
    expect(await readFile(report, 'utf8')).toContain('| weak | same-sign | `without always` |');
    expect((await kubedan([...prove, '10'])).status).toBe(0);
  });
});
