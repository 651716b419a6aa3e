import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const main = path.resolve(import.meta.dirname, '../../apps/server/dist/main.js');

/** A lab that takes a second: one Deployment to scale, a question, a file, a rule. */
const labYaml = `apiVersion: kubedan.dev/v1
kind: Lab
metadata:
  name: tiny
  tier: bronze
  skills: [scale]
  title: {en: Tiny, zh: 小}
  minutes: 5
spec:
  needs: {nodes: 1}
  namespace: shop
  variables:
    replicas: {int: [2, 3]}
  images:
    registry.example/web:1.0: {serves: 8080}
  given: [given/web.yaml]
  workspace: given/workspace
  ready:
    - object: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}
      expect: object.status.readyReplicas == 1
  tasks:
    - id: scale
      title: {en: 'Scale to \${replicas}', zh: '扩容到 \${replicas}'}
      hints:
        - {en: 'kubectl scale', zh: 'kubectl scale'}
      checks:
        - id: scaled
          title: {en: Scaled, zh: 已扩容}
          points: 2
          object: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}
          expect: object.spec.replicas == \${replicas}
        - id: kept
          title: {en: Kept, zh: 保留着}
          always: true
          object: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}
          expect: object.metadata.uid == given.metadata.uid
    - id: think
      title: {en: Think, zh: 想}
      checks:
        - id: why
          ask:
            question: {en: 'Why?', zh: '为什么？'}
            options:
              - {id: load, text: {en: 'Load', zh: '负载'}, correct: true}
              - {id: fun, text: {en: 'Fun', zh: '好玩'}}
            explanation: {en: 'More load, more Pods.', zh: '负载越大，Pod 越多。'}
`;

const webYaml = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: 'registry.example/web:1.0'}
`;

/** Writes the labs of these tests. @returns the folder */
export async function writeLabs(root: string): Promise<string> {
  const dir = path.join(root, 'labs');
  const lab = path.join(dir, 'bronze/tiny');
  await mkdir(path.join(lab, 'given/workspace'), { recursive: true });
  const files = {
    'lab.yaml': labYaml,
    'text.en.md': '# Tiny\nScale `web` to ${replicas}.',
    'text.zh.md': '# 小\n把 `web` 扩容到 ${replicas}。',
    'debrief.en.md': 'It was ${replicas}, because guests came.',
    'debrief.zh.md': '因为客人来了，所以是 ${replicas} 份。',
    'given/web.yaml': webYaml,
    'given/workspace/notes.txt': 'replicas: ${replicas}\n',
  };
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(lab, file), text);
  return dir;
}

/** The real server in a process of its own, which can be killed at any moment and started again on the same data. */
export class TestServer implements AsyncDisposable {
  #child: ChildProcess | undefined;
  #output = '';
  url = '';

  private constructor(
    readonly root: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<TestServer> {
    const root = await mkdtemp(path.join(tmpdir(), 'kd-'));
    const labs = await writeLabs(root);
    const server = new TestServer(root, {
      KUBEDAN_PORT: '0',
      KUBEDAN_DATA_DIR: path.join(root, 'd'),
      KUBEDAN_LABS_DIR: labs,
      // Docker may run beside the tests; what speaks of kind says so. The same for the pool, which would slow others down.
      KUBEDAN_PROVIDERS: 'embedded',
      KUBEDAN_POOL_EMBEDDED: '0',
      KUBEDAN_PLANE_MEMORY: 'spend',
      ...environment,
    });
    await server.run();
    return server;
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the process; resolves when its page answers. */
  async run(): Promise<void> {
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const found = Promise.withResolvers<string>();
    const before = this.#output.length;
    const hear = (chunk: Buffer): void => {
      this.#output += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(this.#output.slice(before));
      if (url) found.resolve(url[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => found.reject(new Error(`the server ended with ${code}: ${this.#output}`)));
    this.url = await found.promise;
  }

  /** Resolves when clusters can be made. */
  async untilReady(): Promise<void> {
    const isReady = async (): Promise<boolean> => (await fetch(`${this.url}/readyz`)).ok;
    await eventually(isReady, Boolean, 120_000);
  }

  async killHard(): Promise<void> {
    const child = this.#child!;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** @returns the exit status of an orderly end */
  async stop(): Promise<number | null> {
    const child = this.#child!;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    }
    return child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Asks again until the answer is right; what is asked for is a state that no event tells of. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (value: T) => boolean, limit = 30_000): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    const value = await ask();
    if (isRight(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`not within ${limit} ms; the last answer: ${JSON.stringify(value)}`);
    await delay(50);
  }
}
