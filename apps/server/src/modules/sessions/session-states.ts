import type { SessionState } from '@kubedan/contracts';

/** From which state a session can go to which. What is not here does not happen, whoever asks and however often. */
const transitions: Record<SessionState, readonly SessionState[]> = {
  queued: ['provisioning', 'finished', 'failed'],
  // A runner that died in the middle begins again: back to queued.
  provisioning: ['queued', 'preparing', 'finished', 'failed'],
  preparing: ['queued', 'active', 'finished', 'failed'],
  // Reset leads to queued.
  active: ['queued', 'suspended', 'finished', 'failed'],
  suspended: ['queued', 'active', 'finished', 'failed'],
  finished: [],
  failed: [],
};

export function canGo(from: SessionState, to: SessionState): boolean {
  return transitions[from].includes(to);
}

/** States in which a session takes a place: its cluster is there or on its way. */
export const aliveStates = [
  'queued',
  'provisioning',
  'preparing',
  'active',
  'suspended',
] as const satisfies SessionState[];

export function isAlive(state: SessionState): boolean {
  return transitions[state].length > 0;
}
