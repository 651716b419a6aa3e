import { describe, expect, it } from 'vitest';
import { type LiveSession, LiveSessions } from './live-sessions.js';
import { ClusterWakingError } from './session.errors.js';

const session = (id: string): LiveSession => ({ id, round: 1 }) as LiveSession;

describe('sessions that run here', () => {
  it('are waited for by whoever reads of them before they are here', async () => {
    const live = new LiveSessions();
    const awaited = live.soon('a', 60_000);
    live.add(session('b'));
    live.add(session('a'));
    expect((await awaited).id).toBe('a');
    expect((await live.soon('b', 0)).id).toBe('b');
  });

  it('are not waited for without end', async () => {
    const live = new LiveSessions();
    await expect(live.soon('a', 0)).rejects.toThrow(ClusterWakingError);
    live.add(session('a'));
    expect((await live.soon('a', 0)).id).toBe('a');
  });
});
