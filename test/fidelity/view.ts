import type { KubeObject } from '@kubedan/kube';
import type { Condition } from './fidelity-case.js';

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { reason?: string; exitCode: number };
}
export interface ContainerStatus {
  name: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
}
export interface StatusCondition {
  type: string;
  status: string;
  reason?: string;
}
export interface Watched extends KubeObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown> & {
    phase?: string;
    reason?: string;
    conditions?: StatusCondition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

/** What is known of a case's namespace at one moment. */
export class View {
  constructor(
    readonly objects: ReadonlyMap<string, readonly Watched[]>,
    /** Pods that were deleted, as they were seen last. */
    readonly gone: readonly Watched[],
    /** What was refused when it was created or evicted, in the API server's words. */
    readonly refusals: readonly string[],
    /** Reasons of the Events so far. */
    readonly told: ReadonlySet<string>,
  ) {}

  all(kind: string): readonly Watched[] {
    return this.objects.get(kind) ?? [];
  }
  /** Pods of that name, or made from a template of that name. */
  pods(name: string): Watched[] {
    return this.all('Pod').filter(({ metadata }) => metadata.name === name || metadata.name.startsWith(`${name}-`));
  }
  one(kind: string, name: string): Watched | undefined {
    return this.all(kind).find(({ metadata }) => metadata.name === name);
  }
  container(pod: string, container: string): ContainerStatus | undefined {
    const { containerStatuses = [], initContainerStatuses = [] } = this.pods(pod)[0]?.status ?? {};
    return [...initContainerStatuses, ...containerStatuses].find((one) => one.name === container);
  }
}

const conditionOf = (object: Watched | undefined, type: string) =>
  object?.status?.conditions?.find((one) => one.type === type);
const isTrue = (object: Watched | undefined, type: string) => conditionOf(object, type)?.status === 'True';
export const isReady = (pod: Watched) => isTrue(pod, 'Ready') && !pod.metadata.deletionTimestamp;

/** The pod's container waits for that reason (after so many restarts). */
export const waits = (pod: string, reason: string, container = 'main', restarts = 0): Condition => ({
  what: `${container} of ${pod} to wait with ${reason}`,
  holds: (view) => {
    const status = view.container(pod, container);
    return status?.state?.waiting?.reason === reason && status.restartCount === restarts;
  },
});
export const terminated = (pod: string, reason: string, container = 'main'): Condition => ({
  what: `${container} of ${pod} to be terminated with ${reason}`,
  holds: (view) => view.container(pod, container)?.state?.terminated?.reason === reason,
});
/** It ended after so many restarts, and waits for the next. */
export const endedAfter = (pod: string, restarts: number, container = 'main'): Condition => ({
  what: `${container} of ${pod} to have ended after ${restarts} restarts`,
  holds: (view) => {
    const status = view.container(pod, container);
    return status?.state?.terminated !== undefined && status.restartCount === restarts;
  },
});
/** It runs for the n-th time, ready or not as said. */
export const runs = (pod: string, restarts: number, ready: boolean, container = 'main'): Condition => ({
  what: `${container} of ${pod} to run after ${restarts} restarts, ${ready ? '' : 'not '}ready`,
  holds: (view) => {
    const status = view.container(pod, container);
    return status?.state?.running !== undefined && status.restartCount === restarts && status.ready === ready;
  },
});
/** A pod at its end is waited for until its sandbox is gone too, which is told a moment later. */
export const phase = (pod: string, wanted: string): Condition => ({
  what: `${pod} to be ${wanted}`,
  holds: (view) =>
    view.pods(pod).some((one) => one.status?.phase === wanted && !isTrue(one, 'PodReadyToStartContainers')),
});
export const ready = (name: string, count = 1): Condition => ({
  what: `${count} pods of ${name} to be ready, and no other to be there`,
  holds: (view) => view.pods(name).length === count && view.pods(name).every(isReady),
});
export const gone = (pod: string): Condition => ({
  what: `${pod} to be gone`,
  holds: (view) => view.pods(pod).length === 0 && view.gone.some(({ metadata }) => metadata.name === pod),
});
export const unscheduled = (pod: string): Condition => ({
  what: `${pod} to find no node`,
  holds: (view) => view.pods(pod).some((one) => conditionOf(one, 'PodScheduled')?.status === 'False'),
});
export const holds = (kind: string, name: string, type: string): Condition => ({
  what: `${kind} ${name} to be ${type}`,
  holds: (view) => isTrue(view.one(kind, name), type),
});
export const refused: Condition = {
  what: 'a refusal',
  holds: (view) => view.refusals.length > 0,
};
/** An Event of that reason is there. */
export const told = (reason: string): Condition => ({
  what: `an Event ${reason}`,
  holds: (view) => view.told.has(reason),
});
/** Each pod of that name is at its end, its sandbox gone, and counted by who made it. */
export const over = (name: string): Condition => ({
  what: `the pods of ${name} to be at their end`,
  holds: (view) =>
    view.pods(name).every(({ status }) => /Succeeded|Failed/.test(status?.phase ?? '')) &&
    view.pods(name).every((one) => !isTrue(one, 'PodReadyToStartContainers') && !one.metadata.finalizers?.length),
});
export const none = (name: string): Condition => ({
  what: `no pod of ${name} to be left`,
  holds: (view) => view.pods(name).length === 0,
});
/** Nothing to wait for but the Events that a case names. */
export const present = (pod: string): Condition => ({
  what: `${pod} to be there`,
  holds: (view) => view.pods(pod).length > 0,
});
export const every = (...all: Condition[]): Condition => ({
  what: all.map((one) => one.what).join(' and '),
  holds: (view) => all.every((one) => one.holds(view)),
});
export const when = (what: string, test: (view: View) => boolean): Condition => ({ what, holds: test });
