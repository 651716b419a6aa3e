import type { Plan } from './plan.js';
import type { Container, Pod } from './pod-types.js';

/** One run of a container in a pod, as probes of any container of the pod can reach it. */
export interface Reachable {
  container: Container;
  startedAt: number;
  plan: Plan;
}

/** A pod as others see it through the network: its address and what answers there. */
export interface AnsweringPod {
  readonly pod: Pod;
  readonly podIP: string;
  reachable(): Reachable[];
}
