import { describe, expect, it } from 'vitest';
import { Readings } from './readings.js';
import { smallWorld } from './testing.js';

const run = (startedMs: number) => [{ pod: 'uid-1', container: 'main', startedMs }];

describe('readings of the world’s containers', () => {
  it('tell what lies between two of them', () => {
    const { engine } = smallWorld();
    const readings = new Readings(engine);
    engine.advance(10_000);
    readings.read(run(0));
    expect(readings.of('uid-1', 'main')).toBeUndefined();
    engine.advance(20_000);
    readings.read(run(0));
    const usage = readings.of('uid-1', 'main');
    // 50 requests a second of 10 ms each.
    expect(usage?.cpuMillicores).toBeGreaterThan(400);
    expect(usage?.cpuMillicores).toBeLessThan(600);
    expect(usage?.memoryBytes).toBeGreaterThanOrEqual(64 * 2 ** 20);
    expect(readings.of('uid-2', 'main')).toBeUndefined();
  });

  it('begin anew with a new run', () => {
    const { engine } = smallWorld();
    const readings = new Readings(engine);
    engine.advance(10_000);
    readings.read(run(0));
    engine.advance(20_000);
    readings.read(run(12_000));
    expect(readings.of('uid-1', 'main')).toBeUndefined();
  });
});
