import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../support/index.js';

export interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs the built `kubedan` command as a user does, without colours. Never throws: a status other than 0 is a result. */
export function kubedan(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, 'apps/cli/dist/main.js'), ...args],
      { cwd: root, env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** A small lab: a shop's sign says closed, and has to say open. Each of its files can be changed. */
export const tinyLab = {
  'lab.yaml': `apiVersion: kubedan.dev/v1
kind: Lab
metadata:
  name: tiny
  tier: bronze
  skills: [configure]
  title: {en: Open the shop, zh: 开店}
  minutes: 5
spec:
  namespace: shop
  given: [given/shop.yaml]
  tasks:
    - id: open
      title: {en: Turn the sign, zh: 翻牌子}
      checks:
        - id: says-open
          title: {en: The sign says open, zh: 牌子上写着 open}
          object: {apiVersion: v1, kind: ConfigMap, namespace: shop, name: sign}
          expect: object.data.state == 'open'
        - id: same-sign
          title: {en: It is the same sign, zh: 还是那块牌子}
          always: true
          object: {apiVersion: v1, kind: ConfigMap, namespace: shop, name: sign}
          expect: object.metadata.uid == given.metadata.uid
  solution: [solution/open.sh]
  wrong:
    - {name: half-open, run: wrong/half.sh, fails: [says-open]}
`,
  'given/shop.yaml': `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: sign, namespace: shop}
data: {state: closed}
`,
  'solution/open.sh': `set -e\nkubectl patch configmap sign --type merge -p '{"data": {"state": "open"}}'\n`,
  'wrong/half.sh': `set -e\nkubectl patch configmap sign --type merge -p '{"data": {"state": "half"}}'\n`,
  'text.en.md': 'The sign `configmap/sign` says closed. Let it say open.\n',
  'text.zh.md': '牌子 `configmap/sign` 上写着 closed，请让它写上 open。\n',
} as const;

/** A folder for labs that is gone at the end of its block. */
export class LabFolder implements AsyncDisposable {
  private constructor(readonly dir: string) {}

  static async make(): Promise<LabFolder> {
    return new LabFolder(await mkdtemp(path.join(tmpdir(), 'kubedan-cli-')));
  }

  /** @returns the folder of a tiny lab of that name, with some of its files replaced; an empty text leaves a file out */
  async lab(name: string, changes: Partial<Record<keyof typeof tinyLab, string>> = {}): Promise<string> {
    const dir = path.join(this.dir, 'bronze', name);
    for (const [file, text] of Object.entries({ ...tinyLab, ...changes })) {
      if (text === '') continue;
      await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
      await writeFile(path.join(dir, file), text.replace('name: tiny', `name: ${name}`));
    }
    return dir;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
