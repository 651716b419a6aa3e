import { Agenda } from './core/agenda.js';
import { Deadlines } from './core/deadlines.js';
import { Random } from './core/random.js';
import { Timers } from './core/timers.js';
import { idleWork } from './compile.js';
import type { BreakerFact, ContainerFact, NodeFact, PodFact, RateLimitFact, RouteFact, ServiceFact } from './facts.js';
import type {
  Bill,
  ContainerUsage,
  Figures,
  NodeUsage,
  QueueLength,
  Scope,
  Trace,
  WorldEvent,
  WorldSecond,
} from './figures.js';
import { Census } from './measure/census.js';
import { figuresOf, type Series } from './measure/series.js';
import type { MetricFamily } from './metrics/families.js';
import { worldMetrics } from './metrics/world-metrics.js';
import { TraceLog } from './measure/trace-log.js';
import { Ledger } from './money/ledger.js';
import { SpotMarket } from './money/spot.js';
import type { WorldPlan } from './plan.js';
import { Breaker } from './play/breaker.js';
import { ContainerRun, type Callee, type ImageEffects } from './play/container-run.js';
import { periodMs as stepMs } from './play/cpu.js';
import { Dependency } from './play/dependency.js';
import { Fleet, type Placed } from './play/fleet.js';
import { Gateway } from './play/gateway.js';
import { Incidents } from './play/incidents.js';
import { JobPool } from './play/job.js';
import { Rpcs } from './play/rpc.js';
import { Service } from './play/service.js';
import { Source } from './play/source.js';
import { Visits } from './play/visit.js';
import { WorkQueue } from './play/work-queue.js';
import type { World } from './world-api.js';

interface PlacedRun extends Placed {
  key: string;
  /** Number of runs before it: the same order gives the same numbers, whatever Pods are called. */
  ordinal: number;
}

/** Every request is simulated, one event after another; facts, incidents, rates and shares change every 100 ms. */
class SimulatedWorld implements World {
  #nowMs = 0;
  #stepBegan = false;
  #seconds = 0;
  #events: WorldEvent[] = [];
  readonly #pending: ((nowMs: number) => void)[] = [];
  readonly #agenda = new Agenda();
  readonly #timers = new Timers();
  readonly #deadlines = new Deadlines(this.#agenda);
  readonly #rpcs = new Rpcs(this.#deadlines);
  readonly #jobs = new JobPool(this.#rpcs);
  readonly #traces: TraceLog;
  readonly #gateway: Gateway;
  readonly #visits: Visits;
  readonly #incidents: Incidents;
  readonly #ledger: Ledger;
  readonly #census = new Census();
  readonly #spots: SpotMarket;
  readonly #fleet = new Fleet();
  readonly #sources = new Map<string, Source>();
  readonly #dependencies = new Map<string, Dependency>();
  readonly #services = new Map<string, Service>();
  /** Services that somebody holds on to: sources, and what containers call. */
  readonly #called = new Set<Service>();
  readonly #breakers = new Map<string, Breaker>();
  readonly #effects = new Map<string, ImageEffects>();
  readonly #pods = new Map<string, PodFact>();
  readonly #serviceFacts = new Map<string, ServiceFact>();
  readonly #runs = new Map<string, PlacedRun>();
  readonly #runsOfImage = new Map<string, number>();
  #ordinals = 0;
  #endpointsChanged = false;

  constructor(
    private readonly plan: WorldPlan,
    private readonly seed: string,
    { nowMs, spent, perHourAtStart }: WorldStart,
  ) {
    this.#nowMs = Math.ceil(nowMs / stepMs) * stepMs;
    this.#seconds = Math.floor(this.#nowMs / 1000);
    this.#ledger = new Ledger(plan.nodeTypes, spent, perHourAtStart);
    this.#traces = new TraceLog('');
    this.#gateway = new Gateway((key) => this.#service(key), this.#random('gateway'));
    this.#visits = new Visits({
      gateway: this.#gateway,
      rpcs: this.#rpcs,
      timers: this.#timers,
      deadlines: this.#deadlines,
      traces: this.#traces,
    });
    this.#incidents = new Incidents(plan.incidents);
    this.#spots = new SpotMarket(plan.nodeTypes, seed);
    for (const one of plan.dependencies) {
      const dependency = new Dependency(one, this.#random(`dependency/${one.name}`));
      if (one.kind === 'queue') dependency.queue = new WorkQueue(one.name, one.backlog);
      this.#dependencies.set(one.name, dependency);
    }
    for (const dependency of this.#dependencies.values()) {
      if (dependency.plan.behind !== undefined) dependency.behind = this.#dependencies.get(dependency.plan.behind);
    }
    for (const one of plan.sources) {
      const source = new Source(one, this.#random(`source/${one.name}`), this.#agenda, this.#gateway, this.#visits);
      if (one.target.kind === 'service') source.service = this.#service(one.target.service, true);
      if (one.target.kind === 'queue') source.queue = this.#dependencies.get(one.target.name)?.queue;
      this.#sources.set(one.name, source);
    }
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  advance(toMs: number): WorldEvent[] {
    while (this.#nowMs < toMs) {
      if (!this.#stepBegan) this.#beginStep(this.#nowMs);
      const endMs = (Math.floor(this.#nowMs / stepMs) + 1) * stepMs;
      this.#play(Math.min(endMs, toMs));
      this.#nowMs = Math.min(endMs, toMs);
      if (this.#nowMs === endMs) this.#endStep(endMs);
    }
    return this.#events.splice(0);
  }

  /** All that happens before a time. */
  #play(untilMs: number): void {
    const agenda = this.#agenda;
    const timers = this.#timers;
    for (;;) {
      const { nextMs: agendaMs } = agenda;
      const { nextMs: timersMs } = timers;
      if (agendaMs <= timersMs) {
        if (agendaMs >= untilMs) return;
        agenda.next().act(agendaMs);
      } else {
        if (timersMs >= untilMs) return;
        timers.wakeNext();
      }
    }
  }

  #beginStep(nowMs: number): void {
    this.#stepBegan = true;
    for (const change of this.#pending.splice(0)) change(nowMs);
    if (this.#endpointsChanged) this.#connect(nowMs);
    for (const { plan, begins } of this.#incidents.step(nowMs)) {
      this.#events.push({ kind: 'incident', atMs: nowMs, name: plan.name, state: begins ? 'begins' : 'ends' });
      this.#applyIncidents(nowMs, plan.on);
    }
    this.#events.push(...this.#spots.step(nowMs));
    this.#fleet.shareCpu(nowMs);
    for (const source of this.#sources.values()) source.step(nowMs, stepMs);
  }

  #endStep(nowMs: number): void {
    this.#stepBegan = false;
    this.#ledger.pay(this.#fleet.nodes.values(), stepMs);
    this.#events.push(...this.#fleet.watchMemory(nowMs));
    if (nowMs % 1000 === 0) this.#closeSecond(nowMs);
  }

  #closeSecond(nowMs: number): void {
    const second = nowMs / 1000 - 1;
    for (const { series } of this.#sources.values()) series.close(second);
    for (const { series } of this.#dependencies.values()) series.close(second);
    for (const series of this.#gateway.series.values()) series.close(second);
    for (const { versions, unreached } of this.#services.values()) {
      unreached.close(second);
      for (const series of versions.values()) series.close(second);
    }
    for (const { run } of this.#runs.values()) run.closeSecond(nowMs, second);
    this.#ledger.closeSecond();
    const serving = new Set<string>();
    for (const { run, pod } of this.#runs.values()) if (!run.ended && run.fact.serving) serving.add(pod);
    const nodes = [...this.#fleet.nodes.values()];
    const perHour = nodes.reduce((sum, node) => sum + this.#ledger.priceOf(node), 0);
    this.#census.close({ second, pods: serving.size, nodes: nodes.length, perHour });
    this.#seconds = second + 1;
    if (nowMs % 60_000 === 0) this.#forget();
  }

  /** Learners may make and delete as many objects as they like. */
  #forget(): void {
    for (const [key, service] of this.#services) {
      service.forget();
      if (service.idle && !this.#serviceFacts.has(key) && !this.#called.has(service)) this.#services.delete(key);
    }
    this.#gateway.forget();
  }

  // Facts. They wait for the next step, so that it does not matter where between two steps they came.

  setNode(node: NodeFact): void {
    this.#pending.push((nowMs) => {
      this.#fleet.nodes.set(node.name, node);
      this.#spots.rented(nowMs, node);
    });
  }

  removeNode(name: string): void {
    this.#pending.push((nowMs) => {
      this.#fleet.nodes.delete(name);
      this.#spots.returned(name);
      for (const { run, node } of this.#runs.values()) if (node === name) run.end(nowMs);
    });
  }

  setPod(pod: PodFact): void {
    this.#pending.push((nowMs) => this.#podChanged(nowMs, pod));
  }

  removePod(uid: string): void {
    this.#pending.push((nowMs) => {
      const pod = this.#pods.get(uid);
      if (pod) this.#podChanged(nowMs, { ...pod, containers: [] });
      this.#pods.delete(uid);
    });
  }

  setService(service: ServiceFact): void {
    this.#pending.push(() => {
      this.#serviceFacts.set(`${service.namespace}/${service.name}`, service);
      this.#endpointsChanged = true;
    });
  }

  removeService(key: string): void {
    this.#pending.push(() => {
      this.#serviceFacts.delete(key);
      this.#endpointsChanged = true;
    });
  }

  setRoute(route: RouteFact): void {
    this.#pending.push(() => this.#gateway.setRoute(`${route.namespace}/${route.name}`, route));
  }

  removeRoute(key: string): void {
    this.#pending.push(() => this.#gateway.setRoute(key, undefined));
  }

  setRateLimit(limit: RateLimitFact): void {
    this.#pending.push((nowMs) => this.#gateway.setLimit(nowMs, limit.name, limit));
  }

  removeRateLimit(name: string): void {
    this.#pending.push((nowMs) => this.#gateway.setLimit(nowMs, name, undefined));
  }

  setBreaker(fact: BreakerFact): void {
    this.#pending.push(() => {
      const known = this.#breakers.get(fact.name);
      if (known && known.fact.target === fact.target) {
        known.fact = fact;
        return;
      }
      this.#detach(known);
      const breaker = new Breaker(fact, (atMs, state) => {
        this.#events.push({ kind: 'breaker', atMs, name: fact.name, state });
      });
      this.#breakers.set(fact.name, breaker);
      (this.#dependencies.get(fact.target) ?? this.#service(fact.target)).breaker = breaker;
    });
  }

  removeBreaker(name: string): void {
    this.#pending.push(() => {
      this.#detach(this.#breakers.get(name));
      this.#breakers.delete(name);
    });
  }

  startTraffic(name: string): void {
    const source = this.#source(name);
    this.#pending.push((nowMs) => source.start(nowMs));
  }

  stopTraffic(name: string): void {
    const source = this.#source(name);
    this.#pending.push(() => source.start(undefined));
  }

  // What it shows.

  usageOf(pod: string, container: string): ContainerUsage | undefined {
    const run = this.#runs.get(`${pod}/${container}`)?.run;
    return run && !run.ended ? run.usage(this.#nowMs) : undefined;
  }

  nodeUsage(name: string): NodeUsage | undefined {
    return this.#fleet.usage(name, this.#nowMs);
  }

  probeMs(pod: string, container: string): number {
    return this.#runs.get(`${pod}/${container}`)?.run.probeMs(this.#nowMs) ?? Infinity;
  }

  figures(scope: Scope, windowMs: number): Figures {
    return figuresOf(this.#seriesOf(scope), this.#seconds - secondsOf(windowMs), this.#seconds);
  }

  traffic(service: string, windowMs: number): { version: string; count: number; share: number; errorRate: number }[] {
    const versions = [...(this.#services.get(service)?.versions ?? [])].map(([version, series]) => {
      const { count, errorRate } = figuresOf([series], this.#seconds - secondsOf(windowMs), this.#seconds);
      return { version, count, errorRate };
    });
    const total = versions.reduce((sum, { count }) => sum + count, 0);
    return versions
      .filter(({ count }) => count > 0)
      .map((one) => ({ ...one, share: one.count / total }))
      .toSorted((a, b) => b.count - a.count);
  }

  queueLength(name: string): QueueLength | undefined {
    return this.#dependencies.get(name)?.queue?.length(this.#nowMs);
  }

  traces(windowMs: number): Trace[] {
    return this.#traces.since(this.#nowMs - windowMs);
  }

  bill(windowMs: number): Bill {
    const seconds = secondsOf(windowMs);
    const answered = figuresOf(
      [...this.#sources.values()].map(({ series }) => series),
      this.#seconds - seconds,
      this.#seconds,
    );
    return this.#ledger.bill(this.#fleet.nodes.values(), seconds, answered.outcomes.ok);
  }

  history(fromSecond: number): WorldSecond[] {
    const all = [...this.#sources.values()].map(({ series }) => series);
    return this.#census.from(fromSecond).map((count) => {
      const { outcomes, p50Ms, p99Ms } = figuresOf(all, count.second, count.second + 1);
      return { ...count, outcomes, p50Ms, p99Ms };
    });
  }

  metrics(): MetricFamily[] {
    const services = [...this.#services.values()].flatMap(({ key, versions, unreached }) => [
      ...[...versions].map(([version, series]): [string, string, Series] => [key, version, series]),
      [key, '', unreached] satisfies [string, string, Series],
    ]);
    const dependencies = [...this.#dependencies];
    return worldMetrics({
      sources: [...this.#sources].map(([name, { series, sent }]) => [name, series, sent]),
      routes: this.#gateway.series,
      services,
      dependencies: dependencies.map(([name, one]) => [name, one.series, one.load(this.#nowMs)]),
      queues: dependencies.flatMap(([name, { queue }]) =>
        queue ? [[name, queue.length(this.#nowMs), queue.put, queue.taken] as const satisfies unknown[]] : [],
      ),
      containers: [...this.#runs.values()]
        .filter(({ run }) => !run.ended)
        .map(({ run, container, node, pod }) => ({
          labels: {
            namespace: this.#pods.get(pod)?.namespace ?? '',
            pod: run.options.place.pod,
            container,
            version: run.version,
            node: node ?? '',
          },
          usage: run.usage(this.#nowMs),
          series: run.series,
        })),
      nodes: [...this.#fleet.nodes.values()].map((node) => ({
        labels: { node: node.name, type: node.type ?? '', zone: node.zone ?? '', spot: String(node.spot ?? false) },
        pricePerHour: this.#ledger.priceOf(node),
      })),
      spent: this.#ledger.total,
    });
  }

  // How things hang together.

  #random(what: string): Random {
    return new Random(`${this.seed}/${what}`);
  }

  #source(name: string): Source {
    const source = this.#sources.get(name);
    if (!source) {
      const known = [...this.#sources.keys()].join(', ') || 'none';
      throw new RangeError(`There is no traffic ${name}; there is ${known}.`);
    }
    return source;
  }

  #service(key: string, called = false): Service {
    let service = this.#services.get(key);
    if (!service) {
      this.#services.set(key, (service = new Service(key, this.#random(`service/${key}`))));
      service.breaker = [...this.#breakers.values()].find(({ fact }) => fact.target === key);
    }
    if (called) this.#called.add(service);
    return service;
  }

  #detach(breaker: Breaker | undefined): void {
    if (!breaker) return;
    for (const one of [...this.#dependencies.values(), ...this.#services.values()]) {
      if (one.breaker === breaker) one.breaker = undefined;
    }
  }

  #effectsOf(image: string): ImageEffects {
    let effects = this.#effects.get(image);
    if (!effects) this.#effects.set(image, (effects = this.#incidents.effectsOn(image)));
    return effects;
  }

  #applyIncidents(nowMs: number, target: string): void {
    const effects = this.#incidents.effectsOn(target);
    const dependency = this.#dependencies.get(target);
    if (dependency) Object.assign(dependency, { slower: effects.slower, errors: effects.errors, down: effects.down });
    else {
      Object.assign(this.#effectsOf(target), effects);
      if (!effects.down) for (const { run } of this.#runs.values()) if (run.fact.image === target) run.resume(nowMs);
    }
  }

  #podChanged(nowMs: number, pod: PodFact): void {
    const before = this.#pods.get(pod.uid);
    this.#pods.set(pod.uid, pod);
    const gone = new Set(before?.containers.map(({ name }) => name));
    for (const fact of pod.containers) {
      const key = `${pod.uid}/${fact.name}`;
      const known = this.#runs.get(key);
      if (known && known.run.startedMs === fact.startedAt) known.run.fact = fact;
      else {
        this.#endRun(nowMs, key);
        if (fact.startedAt !== undefined) this.#startRun(nowMs, pod, fact, fact.startedAt);
      }
      gone.delete(fact.name);
    }
    for (const name of gone) this.#endRun(nowMs, `${pod.uid}/${name}`);
    this.#endpointsChanged = true;
  }

  #endRun(nowMs: number, key: string): void {
    this.#runs.get(key)?.run.end(nowMs);
    this.#runs.delete(key);
  }

  #startRun(nowMs: number, pod: PodFact, fact: ContainerFact, startedAt: number): void {
    const plan = this.plan.images[fact.image] ?? idleWork;
    const number = this.#runsOfImage.get(fact.image) ?? 0;
    this.#runsOfImage.set(fact.image, number + 1);
    const run = new ContainerRun(
      {
        fact,
        plan,
        effects: this.#effectsOf(fact.image),
        place: { pod: pod.name, node: pod.node, version: pod.version },
        callees: plan.calls.map(({ to }) => this.#calleeOf(to, pod.namespace)),
        queue: plan.takes === undefined ? undefined : this.#dependencies.get(plan.takes)?.queue,
        random: this.#random(`run/${fact.image}/${number}`),
      },
      { agenda: this.#agenda, timers: this.#timers, jobs: this.#jobs, dns: this.#dns },
      startedAt,
      nowMs,
      this.#fleet.coresOf(pod.node),
    );
    const key = `${pod.uid}/${fact.name}`;
    this.#ordinals += 1;
    this.#runs.set(key, { key, ordinal: this.#ordinals, run, pod: pod.uid, container: fact.name, node: pod.node });
  }

  get #dns(): Dependency | undefined {
    return [...this.#dependencies.values()].find(({ plan }) => plan.kind === 'dns');
  }

  #calleeOf(to: string, namespace: string): Callee {
    const dependency = this.#dependencies.get(to);
    if (dependency) return { dependency, service: undefined };
    const [name = '', other = namespace] = to.split('.');
    return { dependency: undefined, service: this.#service(`${other}/${name}`, true) };
  }

  /** Gives Services their endpoints, queues their workers, nodes their containers. */
  #connect(nowMs: number): void {
    this.#endpointsChanged = false;
    const runs = [...this.#runs.values()].toSorted((a, b) => a.ordinal - b.ordinal);
    this.#fleet.place(runs);
    for (const key of this.#serviceFacts.keys()) this.#service(key);
    for (const [key, service] of this.#services) {
      const wanted = new Set(this.#serviceFacts.get(key)?.endpoints.map(({ pod, container }) => `${pod}/${container}`));
      service.endpoints = wanted.size === 0 ? [] : runs.filter((one) => wanted.has(one.key)).map(({ run }) => run);
    }
    for (const { queue } of this.#dependencies.values()) {
      queue?.setWorkers(
        nowMs,
        runs.map(({ run }) => run).filter((run) => run.options.queue === queue),
      );
    }
  }

  #seriesOf(scope: Scope): Series[] {
    const some = (series: Series | undefined): Series[] => (series ? [series] : []);
    switch (scope.kind) {
      case 'source':
        return some(this.#sources.get(scope.name)?.series);
      case 'route':
        return some(this.#gateway.series.get(scope.route));
      case 'dependency':
        return some(this.#dependencies.get(scope.name)?.series);
      case 'pod':
        return [...this.#runs.values()].filter(({ pod }) => pod === scope.uid).map(({ run }) => run.series);
      case 'service': {
        const service = this.#services.get(scope.service);
        if (!service) return [];
        if (scope.version !== undefined) return some(service.versions.get(scope.version));
        return [service.unreached, ...service.versions.values()];
      }
    }
  }
}

const secondsOf = (windowMs: number): number => Math.max(1, Math.ceil(windowMs / 1000));

/** Where a world goes on that another process left. */
export interface WorldStart {
  /** World time, milliseconds; rounded up to the next 100. */
  nowMs: number;
  /** Money spent until then, US dollars. */
  spent: number;
  /** What an hour cost at the hand-over; absent: with the nodes that are told of first. */
  perHourAtStart?: number;
}

/**
 * @param plan a lab's world, see compileWorld
 * @param seed any text; the same plan, seed and facts at the same times give the same figures
 * @param start default: the beginning
 */
export function createWorld(plan: WorldPlan, seed: string, start: WorldStart = { nowMs: 0, spent: 0 }): World {
  return new SimulatedWorld(plan, seed, start);
}
