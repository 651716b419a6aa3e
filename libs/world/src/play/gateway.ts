import type { Random } from '../core/random.js';
import type { RateLimitFact, RouteFact, RouteRule } from '../facts.js';
import { Series } from '../measure/series.js';
import { RateLimiter } from './rate-limiter.js';
import { matchRoute, type RouteMatch } from './routes.js';
import type { Service } from './service.js';

/** A rule that a request takes, with what it leads to. */
export interface Way {
  route: string;
  rule: RouteRule;
  series: Series;
  backends: readonly { service: Service; upTo: number }[];
  totalWeight: number;
}

/** Where requests come in: finds their route, limits them, spreads them over backends by weight. */
export class Gateway {
  /** By namespace/name. */
  readonly series = new Map<string, Series>();
  /** Counts changes of routes: a way that was found before the last is not to be used any more. */
  version = 0;
  readonly #routes = new Map<string, RouteFact>();
  readonly #limiters = new Map<string, RateLimiter>();

  constructor(
    private readonly serviceOf: (key: string) => Service,
    private readonly random: Random,
  ) {}

  setRoute(key: string, route: RouteFact | undefined): void {
    if (route) this.#routes.set(key, route);
    else this.#routes.delete(key);
    this.version += 1;
  }

  setLimit(nowMs: number, name: string, limit: RateLimitFact | undefined): void {
    if (!limit) this.#limiters.delete(name);
    else if (this.#limiters.has(name)) this.#limiters.get(name)?.become(limit, nowMs);
    else this.#limiters.set(name, new RateLimiter(limit, nowMs));
  }

  /** Forgets routes that are gone and that nothing is known of any more. */
  forget(): void {
    for (const [route, series] of this.series) {
      if (series.idle && !this.#routes.has(route)) this.series.delete(route);
    }
    // Ways hold the series and the Services of the time when they were found.
    this.version += 1;
  }

  /** @returns undefined when no route fits */
  find(host: string, path: string): Way | undefined {
    const match = matchRoute(this.#routes.values(), host, path);
    return match && this.#wayOf(match);
  }

  admit(nowMs: number, route: string): boolean {
    for (const limiter of this.#limiters.values()) {
      if ((limiter.route === undefined || limiter.route === route) && !limiter.admit(nowMs)) return false;
    }
    return true;
  }

  /** @returns undefined when all weights are 0 */
  pick({ backends, totalWeight }: Way): Service | undefined {
    if (totalWeight <= 0) return undefined;
    if (backends.length === 1) return backends[0]?.service;
    const drawn = this.random.next() * totalWeight;
    return backends.find(({ upTo }) => drawn < upTo)?.service;
  }

  #wayOf({ route, rule }: RouteMatch): Way {
    let series = this.series.get(route);
    if (!series) this.series.set(route, (series = new Series()));
    let totalWeight = 0;
    const backends = rule.backends
      .filter(({ weight }) => weight > 0)
      .map(({ service, weight }) => ({ service: this.serviceOf(service), upTo: (totalWeight += weight) }));
    return { route, rule, series, backends, totalWeight };
  }
}
