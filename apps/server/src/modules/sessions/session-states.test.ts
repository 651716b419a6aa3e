import { sessionStates } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { aliveStates, canGo, isAlive } from './session-states.js';

describe('the states of a session', () => {
  it('never leave an end', () => {
    for (const to of sessionStates) {
      expect(canGo('finished', to)).toBe(false);
      expect(canGo('failed', to)).toBe(false);
    }
  });

  it('can end in failure or by giving up from every state before the end', () => {
    for (const from of aliveStates) {
      expect(isAlive(from)).toBe(true);
      expect(canGo(from, 'failed')).toBe(true);
      expect(canGo(from, 'finished')).toBe(true);
    }
  });

  it('hand a session over only after it was prepared', () => {
    const before = sessionStates.filter((from) => canGo(from, 'active'));
    expect(before).toEqual(['preparing', 'suspended']);
  });
});
