import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindLab } from './bind.js';
import { loadLab } from './load.js';
import { namesIn, unknownNames } from './names-in-texts.js';

describe('namesIn', () => {
  it('finds names in code, and only there', () => {
    expect(
      namesIn('Scale deploy/web, that is `deploy/web`, with `kubectl -n shop scale deployment web --replicas 3`.'),
    ).toEqual([
      { kind: 'Deployment', name: 'web', offset: 27 },
      { kind: 'Namespace', name: 'shop', offset: 57 },
      { kind: 'Deployment', name: 'web', offset: 79 },
    ]);
  });

  it('reads blocks and leaves placeholders, flags and lists of kinds alone', () => {
    expect(
      namesIn('```sh\nkubectl get pods -o wide\nkubectl describe pod <name>\nkubectl logs pod/web-0\n```'),
    ).toEqual([{ kind: 'Pod', name: 'web-0', offset: 72 }]);
    expect(namesIn('`registry.example/web:1.0` and `apps/v1`')).toEqual([]);
  });
});

describe('unknownNames', () => {
  const lab = path.resolve(import.meta.dirname, '../../../labs/bronze/first-pod');

  it('says in which file, line and column a name stands that is not there, with the variables still in it', async () => {
    const dir = path.join(await mkdtemp(path.join(tmpdir(), 'kubedan-names-')), 'first-pod');
    try {
      await cp(lab, dir, { recursive: true });
      expect(unknownNames(bindLab(await loadLab(dir), 'a'))).toEqual([]);
      await writeFile(
        path.join(dir, 'text.en.md'),
        '\n# Title\n\nThe `${pod}` and `kubectl -n ${namespace} get pod ovn`.\n',
      );
      await writeFile(path.join(dir, 'debrief.zh.md'), '是 `pod/ovn`，也还是 `pod/ovn`。\n');
      const yaml = await readFile(path.join(dir, 'lab.yaml'), 'utf8');
      await writeFile(
        path.join(dir, 'lab.yaml'),
        yaml.replace('kubectl describe pod ${pod}` tells', 'kubectl describe pod ${pod}` and `svc/door` tell'),
      );
      const bound = bindLab(await loadLab(dir), 'a');
      const { pod, namespace } = bound.variables;
      expect(unknownNames(bound)).toMatchObject([
        {
          file: 'text.en.md',
          line: 4,
          column: 51,
          message: 'Pod ovn is neither given nor looked at by a check',
          allowed: [pod],
        },
        {
          file: 'lab.yaml',
          path: 'spec.tasks[1].hints[2].en',
          message: 'Service door is neither given nor looked at by a check',
        },
        { file: 'debrief.zh.md', line: 1, column: 4 },
      ]);
      const [, hint] = unknownNames(bound);
      const line = (await readFile(path.join(dir, 'lab.yaml'), 'utf8')).split('\n')[hint!.line! - 1];
      expect(line?.slice(hint!.column! - 1)).toMatch(/^svc\/door/);
      expect(namespace).not.toBe('');
    } finally {
      await rm(path.dirname(dir), { recursive: true });
    }
  });

  it('knows the nodes of a lab whose nodes are rented, up to the most that there may be', async () => {
    const bound = bindLab(await loadLab(lab), 'a');
    const world = { nodePools: { main: { type: 'small', size: 1, max: 2 } } };
    const spec = { ...bound.document.spec, world };
    const named = (name: string) =>
      unknownNames({
        ...bound,
        document: { ...bound.document, spec },
        texts: { en: `\`node/${name}\``, zh: '' },
      }).filter(({ file }) => file === 'text.en.md').length;
    expect([named('main-2'), named('main-3'), named('node-1')]).toEqual([0, 1, 1]);
  });
});
