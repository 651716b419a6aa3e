import type { World, WorldEvent, WorldPlan, WorldStart } from '@kubedan/world';
import { fullName } from '../images.js';
import { AlertPlay } from './alert-play.js';
import type { PlayedContainer } from './pod-facts.js';

/** A host that slept, or did nothing else for so long, is not made up for: the world stood still with it. Milliseconds. */
const LONGEST_STEP_MS = 5_000;

/**
 * The world of one cluster and its clock. It stands still until the hand-over, and whenever the cluster rests: it outlives
 * attaching and detaching the cluster's nodes.
 */
export class PlayedWorld {
  #begun: boolean;
  #running = false;
  /** Host time at which the world's time would be 0; unknown until its clock goes. */
  #zeroAt: number | undefined;
  /** World times at which the present runs of containers started, by pod and container. */
  readonly #starts = new Map<string, Map<string, { hostMs: number; worldMs: number }>>();
  readonly alerts: AlertPlay;
  /** Load tests that were begun, by uid, with what they send. */
  readonly loadTests = new Map<string, string>();

  readonly plan: WorldPlan;

  /** @param plan what the engine was made of @param begun the hand-over was already */
  constructor(
    readonly engine: World,
    plan: WorldPlan,
    { begun = false }: { begun?: boolean } = {},
  ) {
    this.plan = plan;
    this.#begun = begun;
    this.alerts = new AlertPlay(engine);
  }

  /** The hand-over was: time passes while the cluster runs. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Milliseconds since the hand-over, without those in which the cluster rested. */
  get nowMs(): number {
    return this.engine.nowMs;
  }

  /** Host time at which the world's time was 0, as far as that can be said. @param hostMs now, in milliseconds since 1970 */
  zeroAt(hostMs: number): number {
    return this.#zeroAt ?? hostMs - this.engine.nowMs;
  }

  /** What is needed to go on with it in another process; undefined before the hand-over. */
  get left(): WorldStart | undefined {
    return this.#begun ? { nowMs: this.engine.nowMs, spent: this.engine.bill(1_000).total } : undefined;
  }

  /** The hand-over. Idempotent. */
  begin(): void {
    this.#begun = true;
  }

  run(): void {
    this.#running = true;
  }

  rest(): void {
    this.#running = false;
    this.#zeroAt = undefined;
  }

  /**
   * @param hostMs milliseconds since 1970
   * @returns what happened since the last time, in order; nothing while the world stands still
   */
  advance(hostMs: number): WorldEvent[] {
    if (!this.#begun || !this.#running) return [];
    const { nowMs } = this.engine;
    this.#zeroAt ??= hostMs - nowMs;
    if (hostMs - this.#zeroAt - nowMs > LONGEST_STEP_MS) this.#zeroAt = hostMs - nowMs;
    return this.engine.advance(hostMs - this.#zeroAt);
  }

  /** @returns the world's time of the start of a container's present run: the same for as long as it runs, whatever rests come */
  startOf(pod: string, container: string, hostMs: number): number {
    let starts = this.#starts.get(pod);
    if (!starts) this.#starts.set(pod, (starts = new Map()));
    const known = starts.get(container);
    if (known?.hostMs === hostMs) return known.worldMs;
    const { nowMs } = this.engine;
    const worldMs = this.#zeroAt === undefined ? nowMs : Math.min(nowMs, hostMs - this.#zeroAt);
    starts.set(container, { hostMs, worldMs });
    return worldMs;
  }

  /** @returns whether a container's work is the world's to count: it runs the program of an image that there is */
  counts({ spec, run }: PlayedContainer): boolean {
    return run !== undefined && run.plan.isImages && fullName(spec.image ?? '') in this.plan.images;
  }

  forget(pod: string): void {
    this.#starts.delete(pod);
  }
}
