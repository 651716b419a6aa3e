import type { ProgramFacts } from './metrics/prometheus.js';
import type { Plan } from './plan.js';
import type { Container, Pod } from './pod-types.js';

/** One run of a container in a pod, as probes of any container of the pod can reach it. */
export interface Reachable {
  container: Container;
  startedAt: number;
  plan: Plan;
}

/** What the world has counted of a container: for clusters with traffic. */
export type Counted = Required<Pick<ProgramFacts, 'usage' | 'cpuSeconds' | 'requests'>>;

/** A pod as others see it through the network: its address and what answers there. */
export interface AnsweringPod {
  readonly pod: Pod;
  readonly podIP: string;
  reachable(): Reachable[];
  /** @returns undefined for a container that does no work in the world */
  counted(container: string): Counted | undefined;
}
