import type { PodPicture } from '@kubedan/contracts';

export type PodLook = 'ready' | 'starting' | 'trouble' | 'done' | 'leaving';

const trouble = /err|backoff|crash|oomkilled|evicted|failed|invalid|unknown|nodelost|deadline/i;
const done = /^(completed|succeeded)$/i;

/** @returns how a pod is drawn, from the STATUS column of `kubectl get pods` and its readiness */
export function lookOf(pod: Pick<PodPicture, 'state' | 'ready' | 'terminating'>): PodLook {
  if (pod.terminating) return 'leaving';
  if (done.test(pod.state)) return 'done';
  if (trouble.test(pod.state)) return 'trouble';
  return pod.ready ? 'ready' : 'starting';
}
