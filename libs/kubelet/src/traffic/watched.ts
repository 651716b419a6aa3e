import { Reflector, type Clock, type KubeClient, type KubeObject, type ListQuery } from '@kubedan/kube';
import { GATEWAY_GROUP, MONITORING_GROUP, WORLD_GROUP } from './definitions.js';
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

export interface WatchOptions {
  client: KubeClient;
  clock: Clock;
  random: () => number;
  /** Something was made, changed or deleted. */
  onChange: () => void;
  /** @param uid of an object that is gone */
  onGone: (uid: string) => void;
  onError: (error: Error) => void;
}

/** Everything in the cluster that traffic depends on, but for its pods. */
export class Watched {
  readonly classes: Reflector<GatewayClass>;
  readonly gateways: Reflector<Gateway>;
  readonly routes: Reflector<HttpRoute>;
  readonly limits: Reflector<RateLimit>;
  readonly breakers: Reflector<CircuitBreaker>;
  readonly tests: Reflector<LoadTest>;
  readonly rules: Reflector<PrometheusRule>;
  readonly services: Reflector<Service>;
  readonly slices: Reflector<EndpointSlice>;
  readonly #all: { start(): void; stop(): Promise<void> }[] = [];

  constructor(private readonly options: WatchOptions) {
    const gatewayApi = `${GATEWAY_GROUP}/v1`;
    const worldApi = `${WORLD_GROUP}/v1`;
    this.classes = this.#watch({ apiVersion: gatewayApi, kind: 'GatewayClass' });
    this.gateways = this.#watch({ apiVersion: gatewayApi, kind: 'Gateway' });
    this.routes = this.#watch({ apiVersion: gatewayApi, kind: 'HTTPRoute' });
    this.limits = this.#watch({ apiVersion: worldApi, kind: 'RateLimit' });
    this.breakers = this.#watch({ apiVersion: worldApi, kind: 'CircuitBreaker' });
    this.tests = this.#watch({ apiVersion: worldApi, kind: 'LoadTest' });
    this.rules = this.#watch({ apiVersion: `${MONITORING_GROUP}/v1`, kind: 'PrometheusRule' });
    this.services = this.#watch({ apiVersion: 'v1', kind: 'Service' });
    this.slices = this.#watch({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' });
  }

  /** Resolves when all Services and their endpoints are known; kinds that were just defined come a moment later. */
  async start(): Promise<void> {
    for (const reflector of this.#all) reflector.start();
    await Promise.all([this.services.synced, this.slices.synced]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((reflector) => reflector.stop()));
  }

  #watch<T extends KubeObject>(query: ListQuery): Reflector<T> {
    const { client, clock, random, onChange, onGone, onError } = this.options;
    const reflector = new Reflector<T>(client, query, {
      onEvent: ({ type, object }) => {
        if (type === 'DELETED') onGone(object.metadata.uid ?? '');
        onChange();
      },
      onState: ({ error }) => error && onError(error),
      clock,
      random,
    });
    this.#all.push(reflector);
    return reflector;
  }
}

/** @returns what a watch knows */
export const allOf = <T extends KubeObject>({ items }: Reflector<T>): T[] => [...items.values()];

/** @returns what a watch knows, by `namespace/name` */
export const byKey = <T extends KubeObject>(reflector: Reflector<T>): Map<string, T> =>
  new Map(allOf(reflector).map((one) => [keyOf(one), one]));
