import { describe, expect, it } from 'vitest';
import { openWorld } from './open-world.js';
import { images, smallWorld, spec } from './testing.js';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('the clock of a world', () => {
  it('stands still until the hand-over, and goes with the host’s from there', () => {
    const { played } = smallWorld();
    played.run();
    expect(played.advance(START)).toEqual([]);
    played.advance(START + 60_000);
    expect(played.nowMs).toBe(0);
    played.begin();
    played.advance(START + 70_000);
    expect(played.nowMs).toBe(0);
    played.advance(START + 70_250);
    expect(played.nowMs).toBe(250);
  });

  it('stands still while the cluster rests, and while the host sleeps', () => {
    const { played } = smallWorld();
    played.run();
    played.begin();
    played.advance(START);
    played.advance(START + 1_000);
    played.rest();
    played.advance(START + 2_000);
    expect(played.nowMs).toBe(1_000);
    played.run();
    played.advance(START + 600_000);
    expect(played.nowMs).toBe(1_000);
    played.advance(START + 600_500);
    expect(played.nowMs).toBe(1_500);
    // The lid was shut for an hour.
    played.advance(START + 4_200_000);
    expect(played.nowMs).toBe(1_500);
    played.advance(START + 4_200_100);
    expect(played.nowMs).toBe(1_600);
  });

  it('knows when a run began in its own time, whatever rests came since', () => {
    const { played } = smallWorld();
    // Started during the set-up: it is there from the beginning.
    expect(played.startOf('a', 'main', START - 9_000)).toBe(0);
    played.run();
    played.begin();
    played.advance(START);
    played.advance(START + 3_000);
    expect(played.startOf('a', 'main', START - 9_000)).toBe(0);
    expect(played.startOf('b', 'main', START + 2_500)).toBe(2_500);
    played.rest();
    played.run();
    played.advance(START + 90_000);
    played.advance(START + 91_000);
    expect(played.startOf('b', 'main', START + 2_500)).toBe(2_500);
    expect(played.startOf('b', 'main', START + 90_500)).toBe(3_500);
    played.forget('b');
    expect(played.startOf('b', 'main', START + 91_000)).toBe(4_000);
  });
});

describe('a world that is made anew', () => {
  it('goes on with its profiles where they were', () => {
    const rising = {
      traffic: {
        crowd: {
          url: 'http://web.shop.svc/',
          profile: {
            points: [
              { at: '0s', rate: 0 },
              { at: '60s', rate: 0 },
              { at: '61s', rate: 100 },
            ],
          },
        },
      },
    };
    const rateOf = (nowMs?: number) => {
      const start = nowMs === undefined ? {} : { start: { nowMs, spent: 3 } };
      const played = openWorld({ world: rising, images, seed: 's', ...start });
      played.begin();
      played.run();
      played.advance(START);
      played.advance(START + 4_000);
      const { rate } = played.engine.figures({ kind: 'source', name: 'crowd' }, 2_000);
      return { rate, now: played.nowMs, left: played.left };
    };
    expect(rateOf()).toEqual({ rate: 0, now: 4_000, left: { nowMs: 4_000, spent: 0 } });
    const later = rateOf(90_000);
    expect(later.now).toBe(94_000);
    expect(later.rate).toBeGreaterThan(60);
    expect(later.left).toEqual({ nowMs: 94_000, spent: 3 });
  });

  it('has begun already if the hand-over was', () => {
    expect(openWorld({ world: spec, images, seed: 's', start: { nowMs: 0, spent: 0 } }).begun).toBe(true);
    const fresh = openWorld({ world: spec, images, seed: 's' });
    expect(fresh.begun).toBe(false);
    expect(fresh.left).toBeUndefined();
  });

  it('knows images by their full names', () => {
    const short = { 'web:1': { work: { cpu: '1ms' } } };
    const world = { incidents: [{ name: 'bad', on: 'web:1', at: '0s', burns: '1' }] };
    const played = openWorld({ world, images: short, seed: 's' });
    expect(Object.keys(played.plan.images)).toEqual(['docker.io/library/web:1']);
    expect(played.plan.incidents.map(({ on }) => on)).toEqual(['docker.io/library/web:1']);
  });
});
