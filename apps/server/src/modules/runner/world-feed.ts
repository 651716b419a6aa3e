import type { ClusterWorld, RunningCluster } from '@kubedan/clusters';
import { type WorldSeries, type WorldView, worldSecondsKept } from '@kubedan/contracts';
import type { AuditFollower } from '@kubedan/kube';
import type { WorldSecond } from '@kubedan/world';
import type { LiveWorld } from '../sessions/live-sessions.js';
import { WorldMarks } from './world-marks.js';

/** ms between two looks. */
const interval = 1_000;
/** World milliseconds that figures look back over: short enough to be live, long enough for a few requests. */
const windowMs = 5_000;
/** Seconds that are sent each time; more than one, so that one that is lost on the way is made up for by the next. */
const tail = 5;

/** Looks at the world of one cluster as long as somebody watches, and follows what its learner changes. */
export class WorldFeed implements LiveWorld {
  readonly #watchers = new Set<(view: WorldView, isWhole: boolean) => void>();
  readonly #marks = new WorldMarks();
  /** What the log says of before is another rest's: the world's clock went otherwise then. */
  readonly #since = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #follower: AuditFollower | undefined;
  #closed = false;

  /** @param audit says what the learner did */
  constructor(
    private readonly sessionId: string,
    readonly cluster: ClusterWorld,
    private readonly audit: RunningCluster['audit'],
  ) {}

  watch(watcher: (view: WorldView, isWhole: boolean) => void): () => void {
    this.#watchers.add(watcher);
    this.#follow();
    const first = this.#view(0);
    if (first) watcher(first, true);
    this.#timer ??= setInterval(() => this.#tell(), interval);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  async view(): Promise<WorldView | undefined> {
    // A log that cannot be read now is no reason to show no figures.
    await this.#follow()
      ?.sync()
      .catch(() => undefined);
    return this.#view(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watchers.clear();
    clearInterval(this.#timer);
    await this.#follower?.stop();
  }

  /** From the first look on: a log that is read once costs nothing while nothing is written to it. */
  #follow(): AuditFollower | undefined {
    if (this.#closed) return undefined;
    this.#follower ??= this.audit.follow({
      since: this.#since,
      onEntries: (entries) => {
        const behind = Date.now() - this.cluster.nowMs;
        this.#marks.add(entries, (hostMs) => Math.max(0, hostMs - behind));
      },
      onSynced: () => undefined,
      onError: () => undefined,
    });
    return this.#follower;
  }

  #tell(): void {
    const second = Math.floor(this.cluster.nowMs / 1000);
    const view = this.#view(second - tail);
    if (view) for (const watcher of this.#watchers) watcher(view, false);
  }

  #view(fromSecond: number): WorldView | undefined {
    const picture = this.cluster.picture(windowMs);
    if (!picture) return undefined;
    const second = Math.floor(this.cluster.nowMs / 1000);
    const seconds = this.cluster.history(Math.max(fromSecond, second - worldSecondsKept));
    const { pods: _pods, ...shown } = picture;
    return {
      sessionId: this.sessionId,
      picture: { ...shown, nodes: seconds.at(-1)?.nodes ?? 0 },
      series: seriesOf(seconds),
      marks: this.#marks.since(this.cluster.nowMs),
    };
  }
}

/** @returns columns, with times to a hundredth of a millisecond and money to a thousandth of a cent */
export function seriesOf(seconds: readonly WorldSecond[]): WorldSeries {
  const column = (of: (second: WorldSecond) => number): number[] => seconds.map(of);
  const times = (of: (second: WorldSecond) => number): (number | null)[] =>
    column(of).map((value) => (Number.isFinite(value) ? Math.round(value * 100) / 100 : null));
  const requests = ({ outcomes }: WorldSecond): number => Object.values(outcomes).reduce((sum, one) => sum + one, 0);
  return {
    second: column(({ second }) => second),
    requests: column(requests),
    errors: column((one) => requests(one) - one.outcomes.ok),
    p50Ms: times(({ p50Ms }) => p50Ms),
    p99Ms: times(({ p99Ms }) => p99Ms),
    replicas: column(({ pods }) => pods),
    nodes: column(({ nodes }) => nodes),
    perHour: column(({ perHour }) => Math.round(perHour * 1e5) / 1e5),
  };
}
