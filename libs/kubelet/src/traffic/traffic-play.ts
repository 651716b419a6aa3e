import {
  KubeAlreadyExistsError,
  Reflector,
  type Clock,
  type KubeClient,
  type KubeObject,
  type ListQuery,
} from '@kubedan/kube';
import type { TrafficPicture } from '@kubedan/contracts';
import type { AlertChange, BreakerFact, RateLimitFact, RouteFact, ServiceFact, WorldEvent } from '@kubedan/world';
import type { Scrapes } from '../metrics/scrapes.js';
import type { Usage } from '../plan.js';
import type { PodMachine } from '../pod-machine.js';
import type { Alarm, TimerQueue } from '../timer-queue.js';
import { EventRecorder } from '../event-recorder.js';
import { GATEWAY_CONTROLLER, GATEWAY_GROUP, MONITORING_GROUP, trafficDefinitions, WORLD_GROUP } from './definitions.js';
import type { Counted } from '../answering-pod.js';
import { trafficMetricsObjects } from '../metrics/apis.js';
import { requestsOf } from '../metrics/prometheus.js';
import type { MeasuredTraffic } from '../metrics/traffic-metrics-api.js';
import { LoadTests } from './load-tests.js';
import {
  keyOf,
  type CircuitBreaker,
  type EndpointSlice,
  type Gateway,
  type GatewayClass,
  type HttpRoute,
  type LoadTest,
  type PrometheusRule,
  type RateLimit,
  type Service,
} from './objects.js';
import { trafficPicture } from './picture.js';
import { nodeFact, podFact, type PlayedNode } from './pod-facts.js';
import type { PlayedWorld } from './played-world.js';
import { Readings } from './readings.js';
import { breakerFact, playedClasses, rateLimitFact, routeFact, type Surrounding } from './route-facts.js';
import { serviceFacts } from './service-facts.js';
import { StatusWriter } from './status-writer.js';
import { breakerStatus, classStatus, gatewayStatus, rateLimitStatus, routeStatus } from './statuses.js';
import { Told } from './told.js';

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
  readonly #classes: Reflector<GatewayClass>;
  readonly #gateways: Reflector<Gateway>;
  readonly #routes: Reflector<HttpRoute>;
  readonly #limits: Reflector<RateLimit>;
  readonly #breakers: Reflector<CircuitBreaker>;
  readonly #tests: Reflector<LoadTest>;
  readonly #rules: Reflector<PrometheusRule>;
  readonly #services: Reflector<Service>;
  readonly #slices: Reflector<EndpointSlice>;
  readonly #reflectors: Reflector<never>[] = [];
  readonly #writer: StatusWriter;
  readonly #events: EventRecorder;
  readonly #readings: Readings;
  readonly #loadTests: LoadTests;
  /** Facts of pods by uid, as the engine was told them. */
  readonly #toldPods = new Map<string, string>();
  readonly #toldRoutes: Told<RouteFact>;
  readonly #toldServices: Told<ServiceFact>;
  readonly #toldLimits: Told<RateLimitFact>;
  readonly #toldBreakers: Told<BreakerFact>;
  readonly #breakerStates = new Map<string, 'open' | 'half-open' | 'closed'>();
  /** Ports of pods that requests are sent to and nobody listens on. */
  #dead = new Map<string, Set<number>>();
  /** When what is known of a pod changes by itself, by uid, in host time. */
  readonly #changes = new Map<string, number>();
  #readAt = 0;
  #step: Alarm | undefined;
  #settling: Alarm | undefined;
  #closed = false;

  constructor(
    readonly world: PlayedWorld,
    private readonly cluster: TrafficCluster,
  ) {
    const { engine } = world;
    const gatewayApi = `${GATEWAY_GROUP}/v1`;
    const worldApi = `${WORLD_GROUP}/v1`;
    this.#writer = new StatusWriter(cluster.client, (error) => cluster.report(error));
    this.#events = new EventRecorder(cluster.client, cluster.clock, 'prometheus', (error) => cluster.report(error));
    this.#readings = new Readings(engine);
    this.#loadTests = new LoadTests(world);
    this.#classes = this.#watch({ apiVersion: gatewayApi, kind: 'GatewayClass' });
    this.#gateways = this.#watch({ apiVersion: gatewayApi, kind: 'Gateway' });
    this.#routes = this.#watch({ apiVersion: gatewayApi, kind: 'HTTPRoute' });
    this.#limits = this.#watch({ apiVersion: worldApi, kind: 'RateLimit' });
    this.#breakers = this.#watch({ apiVersion: worldApi, kind: 'CircuitBreaker' });
    this.#tests = this.#watch({ apiVersion: worldApi, kind: 'LoadTest' });
    this.#rules = this.#watch({ apiVersion: `${MONITORING_GROUP}/v1`, kind: 'PrometheusRule' });
    this.#services = this.#watch({ apiVersion: 'v1', kind: 'Service' });
    this.#slices = this.#watch({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' });
    this.#toldRoutes = new Told(
      (route) => engine.setRoute(route),
      (key) => engine.removeRoute(key),
    );
    this.#toldServices = new Told(
      (service) => engine.setService(service),
      (key) => engine.removeService(key),
    );
    this.#toldLimits = new Told(
      (limit) => engine.setRateLimit(limit),
      (key) => engine.removeRateLimit(key),
    );
    this.#toldBreakers = new Told(
      (breaker) => engine.setBreaker(breaker),
      (key) => engine.removeBreaker(key),
    );
  }

  /**
   * Makes the kinds by which traffic is steered, where they are not there yet, and begins to watch.
   * @throws KubeUnreachableError, KubeApiError
   */
  async start(isNew: boolean): Promise<void> {
    if (isNew)
      await Promise.all([...trafficDefinitions, ...trafficMetricsObjects].map((object) => this.#ensure(object)));
    for (const reflector of this.#reflectors) reflector.start();
    await Promise.all([this.#services.synced, this.#slices.synced]);
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
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  nodeChanged(node: PlayedNode): void {
    this.world.engine.setNode(nodeFact(node));
  }

  nodeGone(name: string): void {
    this.world.engine.removeNode(name);
  }

  /** Tells the engine what the pod is now. */
  podChanged(machine: PodMachine): void {
    const { uid = '' } = machine.pod.metadata;
    if (machine.terminal) {
      this.podGone(uid);
      return;
    }
    const now = this.cluster.clock.now();
    const since = (container: string, startedAt: number) => this.world.startOf(uid, container, startedAt);
    const { fact, until } = podFact(
      { pod: machine.pod, containers: machine.containers },
      since,
      this.#dead.get(uid) ?? [],
      now,
    );
    if (until < Infinity) this.#changes.set(uid, until);
    else this.#changes.delete(uid);
    const text = JSON.stringify(fact);
    if (this.#toldPods.get(uid) === text) return;
    this.#toldPods.set(uid, text);
    this.world.engine.setPod(fact);
    // Who listens where may have changed.
    this.#soon();
  }

  podGone(uid: string): void {
    if (!this.#toldPods.delete(uid)) return;
    this.world.engine.removePod(uid);
    this.world.forget(uid);
    this.#changes.delete(uid);
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

  /** What the adapter of custom and external metrics measures. */
  get measured(): MeasuredTraffic {
    const labelled = (reflector: Reflector<KubeObject>) =>
      new Map([...reflector.items.values()].map((one) => [keyOf(one), one.metadata.labels ?? {}]));
    return {
      engine: this.world.engine,
      pods: () => {
        const working = Map.groupBy(this.#working(), ({ pod }) => pod);
        return [...working].flatMap(([uid, containers]) => {
          const metadata = this.cluster.machineOf(uid)?.pod.metadata;
          if (!metadata) return [];
          const { name, namespace = 'default', labels = {} } = metadata;
          return { uid, name, namespace, labels, containers: containers.map(({ container }) => container) };
        });
      },
      services: () => labelled(this.#services as unknown as Reflector<KubeObject>),
      routes: () => labelled(this.#routes as unknown as Reflector<KubeObject>),
      queues: () => this.world.plan.dependencies.filter(({ kind }) => kind === 'queue').map(({ name }) => name),
      now: () => this.cluster.clock.now(),
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

  /** What is to be seen of the traffic. @param windowMs how far to look back, at least 1000 */
  picture(windowMs: number): TrafficPicture {
    const pods = Map.groupBy(this.#working(), ({ pod }) => pod);
    const shown = {
      plan: this.world.plan,
      routes: this.#toldRoutes.keys,
      services: this.#toldServices.keys,
      pods: new Map([...pods].map(([pod, all]) => [pod, all.map(({ container }) => container)])),
      alerts: this.world.alerts.alerts,
      breakers: [...this.#toldBreakers.keys].map((name): [string, 'open' | 'half-open' | 'closed'] => [
        name,
        this.#breakerStates.get(name) ?? 'closed',
      ]),
    };
    return trafficPicture(this.world.engine, shown, this.world.nowMs, windowMs);
  }

  #watch<T extends KubeObject>(query: ListQuery): Reflector<T> {
    const { client, clock, random } = this.cluster;
    const reflector = new Reflector<T>(client, query, {
      onEvent: ({ type, object }) => {
        if (type === 'DELETED') this.#writer.forget(object.metadata.uid ?? '');
        this.#soon();
      },
      // A kind that was just made is found a moment later; the reflector asks again by itself.
      onState: ({ error }) => error && this.world.begun && this.cluster.report(error),
      clock,
      random,
    });
    this.#reflectors.push(reflector as unknown as Reflector<never>);
    return reflector;
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
    await this.#classes.synced;
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
    const services = byKey(this.#services);
    const around: Surrounding = {
      classes: [...this.#classes.items.values()],
      gateways: byKey(this.#gateways),
      services,
    };
    this.#settleServices(services);
    const routes = [...this.#routes.items.values()];
    this.#toldRoutes.tell(
      routes.flatMap((route) => routeFact(route, around) ?? []),
      keyOfFact,
    );
    this.#toldLimits.tell([...this.#limits.items.values()].map(rateLimitFact), ({ name }) => name);
    this.#toldBreakers.tell([...this.#breakers.items.values()].map(breakerFact), ({ name }) => name);
    this.world.alerts.follow([...this.#rules.items.values()]);
    this.#writeStatuses(around);
  }

  #settleServices(services: ReadonlyMap<string, Service>): void {
    const slices = Map.groupBy(
      this.#slices.items.values(),
      ({ metadata }) => `${metadata.namespace ?? ''}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
    );
    const listeners = {
      containerAt: (pod: string, port: number) =>
        this.cluster.machineOf(pod)?.containers.find(({ run }) => run?.plan.port === port)?.spec.name,
    };
    const dead = new Map<string, Set<number>>();
    const facts: ServiceFact[] = [];
    for (const [key, service] of services) {
      const known = serviceFacts(service, slices.get(key) ?? [], listeners);
      facts.push(...known.facts);
      for (const [uid, ports] of known.dead) dead.set(uid, new Set([...(dead.get(uid) ?? []), ...ports]));
    }
    const before = this.#dead;
    this.#dead = dead;
    // The engine must know a place before requests are sent there.
    for (const uid of new Set([...before.keys(), ...dead.keys()])) {
      const machine = this.cluster.machineOf(uid);
      const isSame = [...(dead.get(uid) ?? [])].join() === [...(before.get(uid) ?? [])].join();
      if (machine && !isSame) this.podChanged(machine);
    }
    this.#toldServices.tell(facts, keyOfFact);
  }

  #writeStatuses(around: Surrounding): void {
    const now = this.cluster.clock.now();
    const played = playedClasses(this.#classes.items.values());
    for (const one of this.#classes.items.values())
      if (played.has(one.metadata.name)) this.#writer.write(one, classStatus(one, now));
    for (const one of this.#gateways.items.values())
      if (played.has(one.spec.gatewayClassName)) this.#writer.write(one, gatewayStatus(one, now));
    for (const one of this.#routes.items.values()) {
      const status = routeStatus(one, around, now);
      if (status.parents.length > 0 || one.status?.parents?.length) this.#writer.write(one, status);
    }
    const routes = new Set([...this.#routes.items.values()].map(keyOf));
    for (const one of this.#limits.items.values()) this.#writer.write(one, rateLimitStatus(one, routes, now));
    for (const one of this.#breakers.items.values())
      this.#writer.write(one, breakerStatus(one, this.#breakerStates.get(keyOf(one)), now));
    const zeroAt = this.world.zeroAt(now);
    for (const one of this.#rules.items.values()) this.#writer.write(one, this.world.alerts.statusOf(one, zeroAt, now));
    for (const [one, status] of this.#loadTests.follow([...this.#tests.items.values()], now))
      this.#writer.write(one, status);
  }

  /** Plays the world on, and again in a moment. */
  #play(): void {
    if (this.#closed) return;
    const now = this.cluster.clock.now();
    try {
      for (const [uid, at] of this.#changes) {
        if (at > now) continue;
        const machine = this.cluster.machineOf(uid);
        if (machine) this.podChanged(machine);
        else this.#changes.delete(uid);
      }
      for (const event of this.world.advance(now)) this.#take(event);
      this.cluster.stepped(this.world.nowMs);
      this.#takeAlerts(this.world.alerts.step(this.world.nowMs));
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

  #takeAlerts(changes: readonly AlertChange[] | undefined): void {
    if (!changes) return;
    for (const { alert, change } of changes) {
      if (change === 'pending') continue;
      const [namespace = 'default', name = ''] = alert.object.split('/');
      const rule = [...this.#rules.items.values()].find((one) => keyOf(one) === alert.object);
      const { summary, description } = alert.annotations;
      const labels = Object.entries(alert.labels).map(([key, value]) => `${key}=${value}`);
      this.#events.record(
        {
          kind: 'PrometheusRule',
          apiVersion: `${MONITORING_GROUP}/v1`,
          namespace,
          name,
          uid: rule?.metadata.uid ?? name,
        },
        {
          type: change === 'firing' ? 'Warning' : 'Normal',
          reason: change === 'firing' ? 'AlertFiring' : 'AlertResolved',
          message: [`${alert.name}: ${summary ?? description ?? ''}`.trim(), `(${labels.join(', ')})`]
            .join(' ')
            .slice(0, 1024),
        },
      );
    }
    this.#soon();
  }

  #take(event: WorldEvent): void {
    if (event.kind === 'oom-killed') this.cluster.killed(event.pod, event.container);
    else if (event.kind === 'breaker') {
      this.#breakerStates.set(event.name, event.state);
      this.#soon();
    } else if (event.kind === 'spot-notice' || event.kind === 'spot-taken') this.cluster.told(event);
  }

  #counts(machine: PodMachine, container: string): boolean {
    const played = machine.containers.find(({ spec }) => spec.name === container);
    return played !== undefined && this.world.counts(played);
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

const keyOfFact = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;

const byKey = <T extends KubeObject>(reflector: Reflector<T>): Map<string, T> =>
  new Map([...reflector.items.values()].map((one) => [keyOf(one), one]));
