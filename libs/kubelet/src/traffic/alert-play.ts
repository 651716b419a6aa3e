import { AlertRules, TimeSeries, type Alert, type AlertChange, type World } from '@kubedan/world';
import { timeText } from '../pod-types.js';
import { keyOf, type PrometheusRule } from './objects.js';
import { conditionsOf } from './statuses.js';

/** How often metrics are read and rules that are due are evaluated, in the world's milliseconds. */
const READ_MS = 5_000;
/** As many alerts as a status and a picture show. */
const SHOWN = 50;

/** Evaluates the PrometheusRules of a cluster, as a Prometheus that reads all of the world would. */
export class AlertPlay {
  readonly #store = new TimeSeries();
  readonly #rules = new AlertRules(this.#store);
  /** What is wrong with objects, and what they say, by `namespace/name`. */
  readonly #known = new Map<string, { spec: string; mistakes: string[] }>();
  readonly #errors = new Map<string, string>();
  #readMs = 0;

  constructor(private readonly engine: Pick<World, 'metrics'>) {}

  get alerts(): Alert[] {
    return this.#rules.alerts.slice(0, SHOWN);
  }

  /** @param objects all PrometheusRules that there are */
  follow(objects: readonly PrometheusRule[]): void {
    const left = new Set(this.#known.keys());
    for (const object of objects) {
      const key = keyOf(object);
      const spec = JSON.stringify(object.spec);
      left.delete(key);
      if (this.#known.get(key)?.spec === spec) continue;
      this.#errors.delete(key);
      this.#known.set(key, { spec, mistakes: this.#rules.setRules(key, object.spec) });
    }
    for (const key of left) {
      this.#known.delete(key);
      this.#errors.delete(key);
      this.#rules.removeRules(key);
    }
  }

  /**
   * Reads and evaluates when it is time. Where there are no rules nothing is read.
   * @returns what changed; undefined when it was not time
   */
  step(nowMs: number): AlertChange[] | undefined {
    if (this.#known.size === 0 || nowMs < this.#readMs) return undefined;
    this.#readMs = nowMs + READ_MS;
    this.#store.read(nowMs, this.engine.metrics());
    const { changes, errors } = this.#rules.evaluate(nowMs);
    this.#errors.clear();
    for (const { object, rule, message } of errors) this.#errors.set(object, `${rule}: ${message}`);
    return changes;
  }

  /** @param zeroAt host time at which the world's time was 0 @param now milliseconds since 1970 */
  statusOf(object: PrometheusRule, zeroAt: number, now: number): NonNullable<PrometheusRule['status']> {
    const key = keyOf(object);
    const mistakes = this.#known.get(key)?.mistakes ?? [];
    const problem = mistakes.length > 0 ? mistakes.slice(0, 5).join('; ') : this.#errors.get(key);
    const accepted = {
      type: 'Accepted',
      status: problem === undefined,
      ...(problem === undefined ? { reason: 'Accepted' } : { reason: 'Invalid', message: problem }),
    };
    const of = { generation: object.metadata.generation, before: object.status?.conditions };
    return {
      conditions: conditionsOf([accepted], of, now),
      alerts: this.alerts
        .filter((alert) => alert.object === key)
        .map(({ name, state, labels, annotations, activeAtMs }) => ({
          name,
          state,
          labels: { ...labels },
          annotations: { ...annotations },
          activeAt: timeText(zeroAt + activeAtMs),
        })),
    };
  }
}
