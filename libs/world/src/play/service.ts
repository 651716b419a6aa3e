import type { Random } from '../core/random.js';
import { Series } from '../measure/series.js';
import type { Breaker } from './breaker.js';
import type { Endpoint } from './roles.js';

export interface ServiceEndpoint {
  endpoint: Endpoint;
  /** What its version is counted in. */
  series: Series;
}

/** A Service: one of its ready endpoints at random for every request, as kube-proxy does. Without endpoints it is there too. */
export class Service {
  /** By version. */
  readonly versions = new Map<string, Series>();
  /** What did not reach any version. */
  readonly unreached = new Series();
  breaker: Breaker | undefined;
  #endpoints: ServiceEndpoint[] = [];

  /** @param key namespace/name */
  constructor(
    readonly key: string,
    private readonly random: Random,
  ) {}

  set endpoints(endpoints: readonly Endpoint[]) {
    this.#endpoints = endpoints.map((endpoint) => {
      let series = this.versions.get(endpoint.version);
      if (!series) this.versions.set(endpoint.version, (series = new Series()));
      return { endpoint, series };
    });
  }

  /** Nothing has reached it for long, and nothing could. */
  get idle(): boolean {
    return this.#endpoints.length === 0 && this.versions.size === 0 && this.unreached.idle;
  }

  /** Forgets versions that are gone and that nothing is known of any more. */
  forget(): void {
    const used = new Set(this.#endpoints.map(({ series }) => series));
    for (const [version, series] of this.versions) {
      if (series.idle && !used.has(series)) this.versions.delete(version);
    }
  }

  /** @returns undefined when none is ready */
  pick(): ServiceEndpoint | undefined {
    const { length } = this.#endpoints;
    return length < 2 ? this.#endpoints[0] : this.#endpoints[this.random.below(length)];
  }
}
