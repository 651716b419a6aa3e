import type { SessionEvent } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { SessionWatch } from './session-watch.js';

const event = (number: number): SessionEvent => ({
  sessionId: 's',
  number,
  at: '2026-01-01T00:00:00.000Z',
  type: 'reset',
});

class Log {
  readonly events: SessionEvent[] = [];
  reads = 0;
  add(count: number): void {
    for (let index = 0; index < count; index++) this.events.push(event(this.events.length + 1));
  }
  readonly read = async (after: number, limit: number): Promise<SessionEvent[]> => {
    this.reads += 1;
    await Promise.resolve();
    return this.events.slice(after, after + limit);
  };
}

/** Resolves when this many were sent. */
function receiver(count: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const got: number[] = [];
  return {
    got,
    all: promise,
    send: ({ number }: SessionEvent) => {
      got.push(number);
      if (got.length === count) resolve();
    },
  };
}

describe('SessionWatch', () => {
  it('sends what was missed, then what comes, each once and in order', async () => {
    const log = new Log();
    log.add(1203);
    const { got, all, send } = receiver(1205 - 3);
    const watch = new SessionWatch(3, log.read, send);
    watch.pump();
    watch.hear(1203);
    log.add(2);
    watch.hear(1204);
    watch.hear(1205);
    watch.hear(1204);
    await all;
    expect(got).toEqual(Array.from({ length: 1202 }, (_, index) => index + 4));
  });

  it('reads nothing for a number that was sent already', async () => {
    const log = new Log();
    log.add(2);
    const { all, send } = receiver(2);
    const watch = new SessionWatch(0, log.read, send);
    watch.pump();
    await all;
    const { reads } = log;
    watch.hear(2);
    await Promise.resolve();
    expect(log.reads).toBe(reads);
  });

  it('sends events that are at hand without reading, unless one before them is missing', async () => {
    const log = new Log();
    log.add(1);
    const { got, all, send } = receiver(4);
    const watch = new SessionWatch(1, log.read, send);
    log.add(3);
    watch.hear(2, log.events.slice(1, 2));
    expect(got).toEqual([2]);
    expect(log.reads).toBe(0);
    watch.hear(4, log.events.slice(3));
    // Heard while the log is read: comes once, in its place.
    log.add(1);
    watch.hear(5, log.events.slice(4));
    watch.hear(2, log.events.slice(1, 2));
    await all;
    expect(got).toEqual([2, 3, 4, 5]);
  });

  it('goes on after the database was away', async () => {
    const log = new Log();
    log.add(1);
    const { got, all, send } = receiver(1);
    let isGone = true;
    const failed = Promise.withResolvers<void>();
    const watch = new SessionWatch(
      0,
      async (after, limit) => {
        if (!isGone) return log.read(after, limit);
        failed.resolve();
        throw new Error('gone');
      },
      send,
    );
    watch.pump();
    await failed.promise;
    await new Promise((resolve) => setImmediate(resolve));
    isGone = false;
    watch.pump();
    await all;
    expect(got).toEqual([1]);
  });
});
