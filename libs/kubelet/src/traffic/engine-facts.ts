import type { BreakerFact, RateLimitFact, RouteFact, ServiceFact, World } from '@kubedan/world';
import type { PodMachine } from '../pod-machine.js';
import type { EndpointSlice, Service } from './objects.js';
import { nodeFact, podFact, type PlayedNode } from './pod-facts.js';
import type { PlayedWorld } from './played-world.js';
import { breakerFact, rateLimitFact, routeFact, type Surrounding } from './route-facts.js';
import { serviceFacts } from './service-facts.js';
import { Told } from './told.js';
import { allOf, type Watched } from './watched.js';

/** Tells the engine what the cluster is, each fact when it has changed. */
export class EngineFacts {
  readonly #engine: World;
  /** Facts of pods by uid, as the engine was told them. */
  readonly #pods = new Map<string, string>();
  readonly #routes: Told<RouteFact>;
  readonly #services: Told<ServiceFact>;
  readonly #limits: Told<RateLimitFact>;
  readonly #breakers: Told<BreakerFact>;
  /** Ports of pods that requests are sent to and nobody listens on, by uid. */
  #dead = new Map<string, Set<number>>();
  #knownRoutes: readonly RouteFact[] = [];
  /** When what is known of a pod changes by itself, by uid, in host time. */
  readonly #changes = new Map<string, number>();

  /** @param machineOf finds a pod's machine by its uid */
  constructor(
    private readonly world: PlayedWorld,
    private readonly machineOf: (uid: string) => PodMachine | undefined,
  ) {
    const { engine } = world;
    this.#engine = engine;
    this.#routes = new Told(
      (route) => engine.setRoute(route),
      (key) => engine.removeRoute(key),
    );
    this.#services = new Told(
      (service) => engine.setService(service),
      (key) => engine.removeService(key),
    );
    this.#limits = new Told(
      (limit) => engine.setRateLimit(limit),
      (key) => engine.removeRateLimit(key),
    );
    this.#breakers = new Told(
      (breaker) => engine.setBreaker(breaker),
      (key) => engine.removeBreaker(key),
    );
  }

  /** What the engine knows: routes, and `namespace/name` of the rest. */
  get known(): { services: string[]; breakers: string[]; routes: readonly RouteFact[] } {
    return { routes: this.#knownRoutes, services: [...this.#services.keys], breakers: [...this.#breakers.keys] };
  }

  nodeIs(node: PlayedNode): void {
    this.#engine.setNode(nodeFact(node));
  }

  nodeIsGone(name: string): void {
    this.#engine.removeNode(name);
  }

  /** @param now in milliseconds since 1970 @returns whether the engine was told something new */
  podIs(machine: PodMachine, now: number): boolean {
    const { uid = '' } = machine.pod.metadata;
    if (machine.terminal) return this.podIsGone(uid);
    // What ran before a rest runs still.
    if (!machine.isTakenUp) return false;
    const { fact, until } = podFact(
      { pod: machine.pod, containers: machine.containers },
      (container, startedAt) => this.world.startOf(uid, container, startedAt),
      this.#dead.get(uid) ?? [],
      now,
    );
    if (until < Infinity) this.#changes.set(uid, until);
    else this.#changes.delete(uid);
    const text = JSON.stringify(fact);
    if (this.#pods.get(uid) === text) return false;
    this.#pods.set(uid, text);
    this.#engine.setPod(fact);
    return true;
  }

  /** @returns whether the engine knew it */
  podIsGone(uid: string): boolean {
    this.#changes.delete(uid);
    if (!this.#pods.delete(uid)) return false;
    this.#engine.removePod(uid);
    this.world.forget(uid);
    return true;
  }

  /** Pods that change by themselves have done so. @returns whether the engine was told something new */
  passTo(now: number): boolean {
    let isNew = false;
    for (const [uid, at] of this.#changes) {
      if (at > now) continue;
      const machine = this.machineOf(uid);
      if (!machine) this.#changes.delete(uid);
      else if (this.podIs(machine, now)) isNew = true;
    }
    return isNew;
  }

  /** Tells all that objects say. @param now in milliseconds since 1970 */
  follow(watched: Watched, around: Surrounding, now: number): void {
    this.#followServices(around.services, allOf(watched.slices), now);
    const keyOfFact = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
    this.#knownRoutes = allOf(watched.routes).flatMap((route) => routeFact(route, around) ?? []);
    this.#routes.tell(this.#knownRoutes, keyOfFact);
    this.#limits.tell(allOf(watched.limits).map(rateLimitFact), ({ name }) => name);
    this.#breakers.tell(allOf(watched.breakers).map(breakerFact), ({ name }) => name);
  }

  #followServices(services: ReadonlyMap<string, Service>, all: readonly EndpointSlice[], now: number): void {
    const slices = Map.groupBy(
      all,
      ({ metadata }) => `${metadata.namespace ?? ''}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
    );
    const listeners = {
      containerAt: (pod: string, port: number) =>
        this.machineOf(pod)?.containers.find(({ run }) => run?.plan.port === port)?.spec.name,
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
      const machine = this.machineOf(uid);
      if (machine) this.podIs(machine, now);
    }
    this.#services.tell(facts, ({ namespace, name }) => `${namespace}/${name}`);
  }
}
