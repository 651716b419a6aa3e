import { KubeForbiddenError, KubeNotFoundError, type Clock, type KubeClient } from '@kubedan/kube';
import { timeText } from './pod-types.js';

export interface EventTarget {
  kind: 'Pod' | 'Node' | 'PersistentVolumeClaim' | 'PrometheusRule';
  apiVersion: string;
  namespace?: string;
  name: string;
  uid?: string;
  resourceVersion?: string;
  fieldPath?: string;
}
export interface EventText {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

// client-go tools/record: at most 25 events at once of one object, then one in five minutes.
const BURST = 25;
const REFILL_MS = 300_000;
const REMEMBERED = 400;
const MAX_QUEUE = 1_000;

interface Known {
  namespace: string;
  name: string;
  count: number;
}

/** Writes events as client-go's recorder does: repeated ones are counted, floods are cut, and no failure stops the kubelet. */
export class EventRecorder {
  readonly #known = new Map<string, Known>();
  readonly #budgets = new Map<string, { tokens: number; at: number }>();
  readonly #queue: (() => Promise<void>)[] = [];
  #working = false;
  #closed = false;
  #sequence = 0;

  constructor(
    private readonly client: KubeClient,
    private readonly clock: Clock,
    private readonly component = 'kubelet',
    private readonly onError: (error: unknown) => void = () => {},
  ) {}

  record(target: EventTarget, text: EventText, host?: string): void {
    if (this.#closed || !this.#affordable(target) || this.#queue.length >= MAX_QUEUE) return;
    const now = this.clock.now();
    this.#queue.push(() => this.#write(target, text, host, now));
    if (!this.#working) void this.#work();
  }

  /** Nothing is written any more. */
  close(): void {
    this.#closed = true;
    this.#queue.length = 0;
  }

  #affordable(target: EventTarget): boolean {
    const key = target.uid ?? target.name;
    const now = this.clock.now();
    const budget = this.#budgets.get(key) ?? { tokens: BURST, at: now };
    budget.tokens = Math.min(BURST, budget.tokens + (now - budget.at) / REFILL_MS);
    budget.at = now;
    const affordable = budget.tokens >= 1;
    if (affordable) budget.tokens -= 1;
    remember(this.#budgets, key, budget);
    return affordable;
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let write = this.#queue.shift(); write; write = this.#queue.shift()) {
      try {
        await write();
      } catch (error) {
        if (!this.#closed && !isOfGoingNamespace(error)) this.onError(error);
      }
    }
    this.#working = false;
  }

  async #write(
    target: EventTarget,
    { type, reason, message }: EventText,
    host: string | undefined,
    at: number,
  ): Promise<void> {
    const key = [target.uid ?? target.name, target.fieldPath, type, reason, message].join('\n');
    const known = this.#known.get(key);
    const lastTimestamp = timeText(at);
    if (known) {
      const ref = { apiVersion: 'v1', kind: 'Event', namespace: known.namespace, name: known.name };
      try {
        await this.client.patch(ref, { count: known.count + 1, lastTimestamp }, { type: 'merge' });
        known.count += 1;
        remember(this.#known, key, known);
        return;
      } catch (error) {
        // It expired: tell it anew.
        if (!(error instanceof KubeNotFoundError)) throw error;
      }
    }
    const namespace = target.namespace ?? 'default';
    const name = `${target.name}.${(BigInt(at) * 1_000_000n + BigInt(this.#sequence++ % 1_000_000)).toString(16)}`;
    await this.client.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: { ...target },
      reason,
      message,
      source: { component: this.component, ...(host ? { host } : {}) },
      firstTimestamp: lastTimestamp,
      lastTimestamp,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: this.component,
      reportingInstance: host ?? '',
    });
    remember(this.#known, key, { namespace, name, count: 1 });
  }
}

/** Somebody deletes the namespace: nothing new may be written there, and nobody misses it. */
function isOfGoingNamespace(error: unknown): boolean {
  if (error instanceof KubeNotFoundError) return error.details?.kind === 'namespaces';
  if (!(error instanceof KubeForbiddenError)) return false;
  const causes = error.details?.causes ?? [];
  return causes.some((cause) => (cause as { reason?: unknown } | null)?.reason === 'NamespaceTerminating');
}

/** Keeps the newest entries only. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED) {
    const oldest = map.keys().next().value;
    if (oldest !== undefined) map.delete(oldest);
  }
}
