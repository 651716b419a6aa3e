import type { LoadTest } from './objects.js';
import type { PlayedWorld } from './played-world.js';
import { conditionsOf } from './statuses.js';

/** Begins what sends requests when a LoadTest is made, and ends it when it is deleted. */
export class LoadTests {
  readonly #refused = new Map<string, string>();

  constructor(private readonly world: PlayedWorld) {}

  /**
   * @param tests all that there are
   * @param now milliseconds since 1970
   * @returns the status of each
   */
  follow(tests: readonly LoadTest[], now: number): [LoadTest, NonNullable<LoadTest['status']>][] {
    const { engine, loadTests, begun } = this.world;
    const there = new Set(tests.map(({ metadata }) => metadata.uid ?? ''));
    for (const [uid, traffic] of loadTests) {
      if (there.has(uid)) continue;
      loadTests.delete(uid);
      engine.stopTraffic(traffic);
    }
    for (const uid of this.#refused.keys()) if (!there.has(uid)) this.#refused.delete(uid);
    for (const { metadata, spec } of tests) {
      const { uid = '' } = metadata;
      if (!begun || loadTests.has(uid) || this.#refused.has(uid)) continue;
      try {
        engine.startTraffic(spec.traffic);
        loadTests.set(uid, spec.traffic);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.#refused.set(uid, error.message);
      }
    }
    return tests.map((test) => [test, this.#statusOf(test, now)]);
  }

  #statusOf({ metadata: { uid = '', generation }, status }: LoadTest, now: number): NonNullable<LoadTest['status']> {
    const refused = this.#refused.get(uid);
    const runs = this.world.loadTests.has(uid);
    const why = refused === undefined ? { reason: 'NotYet' } : { reason: 'NoSuchTraffic', message: refused };
    const running = { type: 'Running', status: runs, ...(runs ? { reason: 'Started' } : why) };
    return { conditions: conditionsOf([running], { generation, before: status?.conditions }, now) };
  }
}
