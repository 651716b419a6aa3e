import { systemClock, type Clock } from '@kubedan/kube';
import type { Duplex } from 'node:stream';
import { DialRefusedError, dialStandIn, worldService } from './server/dial.js';
import { AttachedPlane, type AttachOptions } from './attached-plane.js';
import { TimerQueue } from './timer-queue.js';

/** Plays the nodes and pods of many planes in one process, on one timer. */
export class VirtualKubelet implements AsyncDisposable {
  readonly #planes = new Map<string, AttachedPlane>();
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #timers: TimerQueue;

  /** @param options time and randomness (0 to 1); the host's own by default */
  constructor(options: { clock?: Clock; random?: () => number } = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#timers = new TimerQueue(this.#clock);
  }

  /**
   * Registers the plane's nodes and takes up its pods where their statuses left off. A plane attached before is detached.
   * @throws KubeUnreachableError, KubeApiError when its API server cannot be reached or refuses
   */
  async attach(planeId: string, options: AttachOptions): Promise<AttachedPlane> {
    await this.detach(planeId);
    const plane = new AttachedPlane(planeId, options, this.#clock, this.#timers, this.#random);
    this.#planes.set(planeId, plane);
    try {
      await plane.start();
    } catch (error) {
      await this.detach(planeId);
      throw error;
    }
    return plane;
  }

  /** Lets go of a plane, before it is suspended or destroyed; its objects stay as they are. Idempotent. */
  async detach(planeId: string): Promise<void> {
    const plane = this.#planes.get(planeId);
    this.#planes.delete(planeId);
    await plane?.close();
  }

  /**
   * Answers what an API server dials. A function of its own: it can be handed on without its object.
   * @throws DialRefusedError when nothing of that plane's world is there. That there are metrics is always answered, as planes
   *   hold the worldObjects from their start on, and nodes come later.
   */
  readonly dial = async (target: {
    planeId: string;
    host: string;
    port: number;
    serving: { cert: string; key: string };
  }): Promise<Duplex> => {
    const plane = this.#planes.get(target.planeId);
    const service = plane ? undefined : worldService(target.host, target.port);
    if (service) return dialStandIn(service, target.serving);
    if (!plane) throw new DialRefusedError(`Cluster ${target.planeId} has no nodes at the moment.`);
    return plane.dial(target.host, target.port);
  };

  plane(planeId: string): AttachedPlane | undefined {
    return this.#planes.get(planeId);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#planes.keys()].map((id) => this.detach(id)));
    this.#timers.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
