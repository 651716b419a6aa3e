import {
  KubeNotFoundError,
  KubeUnreachableError,
  type AskOptions,
  type Clock,
  type ExecCommand,
  type ExecResult,
  type KubeClient,
  type KubeObject,
  type ListQuery,
  type ObjectRef,
  type ProxiedAnswer,
  type WatchEvent,
} from '@kubedan/kube';
import type { CheckSpec, CheckVerdict, TaskSpec } from '@kubedan/contracts';
import type { BoundLab } from '@kubedan/labs';
import { EventEmitter, once } from 'node:events';
import { Grader, type GraderOptions } from './grader.js';
import type { GivenSnapshot } from './state.js';

/** Time that passes when a test says so. */
export class HeldClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #timers = new Set<{ at: number; call: () => void }>();
  now(): number {
    return this.#now;
  }
  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}
/** Resolves when what is under way in memory has happened. */
export const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** An API server in memory: lists and watches of what a test puts into it. */
export class MemoryApi {
  readonly objects = new Map<string, KubeObject>();
  readonly kinds = new Set(['Deployment', 'Pod', 'Secret', 'Service', 'EndpointSlice', 'CustomResourceDefinition']);
  lists = 0;
  watches = 0;
  #version = 1;
  #down: Error | undefined;
  readonly #bus = new EventEmitter().setMaxListeners(0);

  get client(): KubeClient {
    return this as unknown as KubeClient;
  }
  put(object: Pick<KubeObject, 'kind'> & Record<string, unknown>, name = 'web'): void {
    const key = `${object.kind}/${name}`;
    const before = this.objects.get(key);
    const metadata = {
      name,
      namespace: 'shop',
      uid: before?.metadata.uid ?? `uid-${++this.#version}`,
      ...(object['metadata'] as object),
      resourceVersion: `${++this.#version}`,
    };
    const after = { apiVersion: 'v1', ...object, metadata } as KubeObject;
    this.objects.set(key, after);
    this.#bus.emit('event', { type: before ? 'MODIFIED' : 'ADDED', object: after });
  }
  remove(kind: string, name = 'web'): void {
    const object = this.objects.get(`${kind}/${name}`);
    this.objects.delete(`${kind}/${name}`);
    this.#bus.emit('event', { type: 'DELETED', object });
  }
  /** What is behind the API server: answers, or throws. */
  onAsk: (path: string, signal: AbortSignal | undefined) => ProxiedAnswer | Promise<ProxiedAnswer> = () => {
    throw new KubeUnreachableError('nobody is there');
  };
  onExec: (command: ExecCommand) => ExecResult | Promise<ExecResult> = () => {
    throw new KubeUnreachableError('nobody is there');
  };
  asked = 0;
  async ask(_method: string, path: string, { signal }: AskOptions): Promise<ProxiedAnswer> {
    this.asked++;
    await Promise.resolve();
    if (this.#down) throw this.#down;
    return this.onAsk(path, signal);
  }
  async exec(command: ExecCommand): Promise<ExecResult> {
    this.asked++;
    await Promise.resolve();
    if (this.#down) throw this.#down;
    return this.onExec(command);
  }
  async get({ kind, name }: ObjectRef): Promise<KubeObject | undefined> {
    if (this.#down) throw this.#down;
    return this.objects.get(`${kind}/${name}`);
  }
  fail(error: Error | undefined): void {
    this.#down = error;
    if (error) this.#bus.emit('broken', error);
  }
  async list(query: ListQuery): Promise<{ items: KubeObject[]; resourceVersion: string }> {
    this.lists++;
    await Promise.resolve();
    if (this.#down) throw this.#down;
    if (!this.kinds.has(query.kind)) throw new KubeNotFoundError(404, { message: 'no such kind' });
    return {
      items: [...this.objects.values()].filter((one) => matches(one, query)),
      resourceVersion: `${this.#version}`,
    };
  }
  async *watch(
    query: ListQuery,
    { signal, onOpen }: { signal: AbortSignal; onOpen?: () => void },
  ): AsyncGenerator<WatchEvent> {
    this.watches++;
    const events: WatchEvent[] = [];
    const wake = new EventEmitter();
    const onEvent = (event: WatchEvent) => {
      if (matches(event.object, query)) events.push(event);
      wake.emit('wake');
    };
    let broken: Error | undefined = this.#down;
    const onBroken = (error: Error) => {
      broken = error;
      wake.emit('wake');
    };
    this.#bus.on('event', onEvent).on('broken', onBroken);
    signal.addEventListener('abort', () => wake.emit('wake'));
    try {
      if (!broken) onOpen?.();
      while (!signal.aborted) {
        for (const event of events.splice(0)) yield event;
        if (broken) throw broken;
        if (!signal.aborted && events.length === 0) await once(wake, 'wake');
      }
    } finally {
      this.#bus.off('event', onEvent).off('broken', onBroken);
    }
  }
}

function matches(object: KubeObject, { kind, fieldSelector, labelSelector }: ListQuery): boolean {
  if (object.kind !== kind) return false;
  if (fieldSelector && fieldSelector !== `metadata.name=${object.metadata.name}`) return false;
  return (labelSelector?.split(',') ?? []).every((part) => {
    const [key = '', value] = part.split('=');
    return object.metadata.labels?.[key] === value;
  });
}

const graders: Grader[] = [];
/** For after each test. */
export async function stopAll(): Promise<void> {
  for (const grader of graders.splice(0)) await grader.stop();
}

/** Begins to grade a lab of these checks. */
export function grade(api: MemoryApi, checks: CheckSpec[], options: Partial<GraderOptions> = {}) {
  const task: TaskSpec = { id: 'task', title: { en: 'T', zh: 'T' }, hints: [], checks };
  const bound = {
    seed: 's',
    document: { spec: { namespace: 'shop' } },
    checks: checks.map((check) => ({ task, check })),
  } as unknown as BoundLab;
  const given: GivenSnapshot = { takenAt: '2026-01-01T00:00:00Z', checks: {} };
  const clock = new HeldClock();
  const said: CheckVerdict[] = [];
  let done = 0;
  const grader = new Grader({
    client: api.client,
    bound,
    given,
    clock,
    onVerdict: (verdict) => said.push(verdict),
    onDone: () => done++,
    ...options,
  });
  graders.push(grader);
  grader.start();
  const states = () => said.map(({ state }) => state);
  return { grader, clock, said, states, done: () => done };
}
