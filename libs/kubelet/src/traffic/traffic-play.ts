import type { TrafficPicture } from '@kubedan/contracts';
import {
  KubeAlreadyExistsError,
  KubeTooManyRequestsError,
  type Clock,
  type KubeClient,
  type KubeObject,
  type Reflector,
} from '@kubedan/kube';
import type { BreakerState, WorldEvent } from '@kubedan/world';
import type { Counted } from '../answering-pod.js';
import { EventRecorder } from '../event-recorder.js';
import { trafficMetricsObjects } from '../metrics/apis.js';
import { requestsOf } from '../metrics/prometheus.js';
import type { Scrapes } from '../metrics/scrapes.js';
import type { MeasuredTraffic } from '../metrics/traffic-metrics-api.js';
import type { Usage } from '../plan.js';
import type { PodMachine } from '../pod-machine.js';
import type { Alarm, TimerQueue } from '../timer-queue.js';
import { GATEWAY_CONTROLLER, GATEWAY_GROUP, trafficDefinitions } from './definitions.js';
import { EngineFacts } from './engine-facts.js';
import { LoadTests } from './load-tests.js';
import { keyOf } from './objects.js';
import { trafficPicture } from './picture.js';
import type { PlayedNode } from './pod-facts.js';
import type { PlayedWorld } from './played-world.js';
import { Readings } from './readings.js';
import type { Surrounding } from './route-facts.js';
import { StatusPlay } from './status-play.js';
import { StatusWriter } from './status-writer.js';
import { allOf, byKey, Watched } from './watched.js';

/** How often the world is played on, in milliseconds: as often as it looks up. */
const STEP_MS = 100;

/** The cluster's class of Gateways. */
const gatewayClass: KubeObject = {
  apiVersion: `${GATEWAY_GROUP}/v1`,
  kind: 'GatewayClass',
  metadata: { name: 'world' },
  spec: { controllerName: GATEWAY_CONTROLLER, description: 'Played: what Kubedan’s traffic passes' },
};

/** The cluster whose traffic is played. */
export interface TrafficCluster {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly random: () => number;
  readonly scrapes: Scrapes;
  report(error: unknown): void;
  machineOf(uid: string): PodMachine | undefined;
  machines(): Iterable<PodMachine>;
  /** The kernel killed a container for its memory. */
  killed(pod: string, container: string): void;
  /** The world's time has passed. */
  stepped(nowMs: number): void;
  /** The provider speaks of a spot node. */
  told(event: Extract<WorldEvent, { kind: 'spot-notice' | 'spot-taken' }>): void;
}

/**
 * The traffic of one cluster: tells the engine what the cluster is, plays it on, and shows in the cluster what comes of it. A
 * cluster whose lab has no world has none of this.
 */
export class TrafficPlay {
  readonly #watched: Watched;
  readonly #facts: EngineFacts;
  readonly #events: EventRecorder;
  readonly #statuses: StatusPlay;
  readonly #readings: Readings;
  readonly #breakers = new Map<string, BreakerState>();
  #readAt = 0;
  #step: Alarm | undefined;
  #settling: Alarm | undefined;
  #closed = false;

  constructor(
    readonly world: PlayedWorld,
    private readonly cluster: TrafficCluster,
  ) {
    const { client, clock, random } = cluster;
    const report = (error: unknown) => cluster.report(error);
    const writer = new StatusWriter(client, report);
    this.#watched = new Watched({
      client,
      clock,
      random,
      onChange: () => this.#soon(),
      onGone: (uid) => writer.forget(uid),
      // A kind that was just defined, or whose API server has just started, is served a moment later: the watch asks again.
      onError: (error) => world.begun && !(error instanceof KubeTooManyRequestsError) && report(error),
    });
    this.#facts = new EngineFacts(world, (uid) => cluster.machineOf(uid));
    this.#events = new EventRecorder(client, clock, 'prometheus', report);
    this.#statuses = new StatusPlay(world, this.#watched, writer, new LoadTests(world), this.#events);
    this.#readings = new Readings(world.engine);
  }

  /**
   * Makes the kinds by which traffic is steered, where they are not there yet, and begins to watch.
   * @throws KubeUnreachableError, KubeApiError
   */
  async start(isNew: boolean): Promise<void> {
    if (isNew)
      await Promise.all([...trafficDefinitions, ...trafficMetricsObjects].map((object) => this.#ensure(object)));
    await this.#watched.start();
    this.world.run();
    for (const machine of this.cluster.machines()) this.podChanged(machine);
    if (this.world.begun) this.#play();
    if (isNew) void this.#makeClass();
  }

  /** The hand-over: from now on requests come. Idempotent. */
  begin(): void {
    if (this.world.begun || this.#closed) return;
    this.world.begin();
    this.#play();
    // What was asked for before counts from now on.
    this.#soon();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.world.rest();
    this.#events.close();
    this.cluster.timers.cancel(this.#step);
    this.cluster.timers.cancel(this.#settling);
    await this.#watched.stop();
  }

  nodeChanged(node: PlayedNode): void {
    this.#facts.nodeIs(node);
  }

  nodeGone(name: string): void {
    this.#facts.nodeIsGone(name);
  }

  podChanged(machine: PodMachine): void {
    // Who listens where may have changed.
    if (this.#facts.podIs(machine, this.cluster.clock.now())) this.#soon();
  }

  podGone(uid: string): void {
    this.#facts.podIsGone(uid);
  }

  /** @returns what a container uses by the world's counters; `unread` until they were read twice; undefined when it does no work there */
  usageOf(machine: PodMachine, container: string): Usage | 'unread' | undefined {
    if (!this.world.begun || !this.#counts(machine, container)) return undefined;
    return this.#readings.of(machine.pod.metadata.uid ?? '', container) ?? 'unread';
  }

  /** @returns what the world has counted of a container; undefined when it does no work there */
  counted(pod: string, container: string): Counted | undefined {
    const { engine } = this.world;
    const usage = engine.usageOf(pod, container);
    const machine = this.cluster.machineOf(pod);
    if (!usage || !machine || !this.#counts(machine, container)) return undefined;
    const { name, namespace = 'default' } = machine.pod.metadata;
    return {
      usage: { cpuMillicores: usage.cpu, memoryBytes: usage.memory },
      cpuSeconds: usage.cpuSeconds,
      requests: requestsOf(engine.metrics(), { namespace, pod: name, container }),
    };
  }

  /** @returns how long a container takes to answer a probe; 0 before the hand-over and for one that does no work in the world */
  probeMs(pod: string, container: string): number {
    const machine = this.cluster.machineOf(pod);
    const { engine } = this.world;
    if (!this.world.begun || !machine || !this.#counts(machine, container)) return 0;
    // Before its first step in the world it has nothing to do there.
    return engine.usageOf(pod, container) ? engine.probeMs(pod, container) : 0;
  }

  /** What the adapter of custom and external metrics measures. */
  get measured(): MeasuredTraffic {
    const labels = <T extends KubeObject>(reflector: Reflector<T>) =>
      new Map(allOf(reflector).map((one) => [keyOf(one), one.metadata.labels ?? {}]));
    return {
      engine: this.world.engine,
      pods: () =>
        [...this.#workingPods()].flatMap(([uid, containers]) => {
          const metadata = this.cluster.machineOf(uid)?.pod.metadata;
          if (!metadata) return [];
          const { name, namespace = 'default', labels: own = {} } = metadata;
          return { uid, name, namespace, labels: own, containers };
        }),
      services: () => labels(this.#watched.services),
      routes: () => labels(this.#watched.routes),
      queues: () => this.world.plan.dependencies.filter(({ kind }) => kind === 'queue').map(({ name }) => name),
      now: () => this.cluster.clock.now(),
    };
  }

  /** What is to be seen of the traffic. @param windowMs how far to look back, at least 1000 */
  picture(windowMs: number): TrafficPicture {
    const { routes, services, breakers } = this.#facts.known;
    const shown = {
      plan: this.world.plan,
      routes,
      services,
      pods: this.#workingPods(),
      alerts: this.world.alerts.alerts,
      breakers: breakers.map((name): [string, BreakerState] => [name, this.#breakers.get(name) ?? 'closed']),
    };
    return trafficPicture(this.world.engine, shown, this.world.nowMs, windowMs);
  }

  async #ensure(object: KubeObject): Promise<void> {
    try {
      await this.cluster.client.create(object);
    } catch (error) {
      if (!(error instanceof KubeAlreadyExistsError)) throw error;
    }
  }

  /** As soon as its kind is served. */
  async #makeClass(): Promise<void> {
    await this.#watched.classes.synced;
    if (this.#closed) return;
    await this.#ensure(gatewayClass).catch((error: unknown) => this.cluster.report(error));
  }

  /** Lets all that was changed at this moment count together. */
  #soon(): void {
    if (this.#settling?.call || this.#closed) return;
    this.#settling = this.cluster.timers.schedule(this.cluster.clock.now(), () => this.#settle());
  }

  #settle(): void {
    if (this.#closed) return;
    const now = this.cluster.clock.now();
    const { classes, gateways, services, rules } = this.#watched;
    const around: Surrounding = { classes: allOf(classes), gateways: byKey(gateways), services: byKey(services) };
    this.#facts.follow(this.#watched, around, now);
    this.world.alerts.follow(allOf(rules));
    this.#statuses.write(around, this.#breakers, now);
  }

  /** Plays the world on, and again in a moment. */
  #play(): void {
    if (this.#closed) return;
    const now = this.cluster.clock.now();
    try {
      if (this.#facts.passTo(now)) this.#soon();
      for (const event of this.world.advance(now)) this.#take(event);
      this.cluster.stepped(this.world.nowMs);
      const alerts = this.world.alerts.step(this.world.nowMs);
      if (alerts) {
        this.#statuses.tell(alerts);
        this.#soon();
      }
      const { to } = this.cluster.scrapes.at(now);
      if (to !== this.#readAt) {
        this.#readAt = to;
        this.#readings.read(this.#working());
      }
    } catch (error) {
      this.cluster.report(error);
    }
    this.#step = this.cluster.timers.schedule(now + STEP_MS, () => this.#play());
  }

  #take(event: WorldEvent): void {
    if (event.kind === 'oom-killed') this.cluster.killed(event.pod, event.container);
    else if (event.kind === 'breaker') {
      this.#breakers.set(event.name, event.state);
      this.#soon();
    } else if (event.kind === 'spot-notice' || event.kind === 'spot-taken') this.cluster.told(event);
  }

  #counts(machine: PodMachine, container: string): boolean {
    const played = machine.containers.find(({ spec }) => spec.name === container);
    return played !== undefined && this.world.counts(played);
  }

  /** The containers whose work the world counts, by their pods. */
  #workingPods(): Map<string, string[]> {
    const pods = Map.groupBy(this.#working(), ({ pod }) => pod);
    return new Map([...pods].map(([pod, all]) => [pod, all.map(({ container }) => container)]));
  }

  *#working(): Generator<{ pod: string; container: string; startedMs: number }> {
    for (const machine of this.cluster.machines()) {
      const { uid = '' } = machine.pod.metadata;
      for (const { spec, run } of machine.containers) {
        if (!run || !this.world.counts({ spec, run })) continue;
        yield { pod: uid, container: spec.name, startedMs: this.world.startOf(uid, spec.name, run.startedAt) };
      }
    }
  }
}
