import { isReady, isStarted, type ContainerPlay, type TerminatedRecord } from './container-play.js';
import {
  restartPolicyOf,
  restarts,
  timeText,
  type ContainerStatus,
  type Pod,
  type PodCondition,
  type PodStatus,
} from './pod-types.js';

/** What a status tells of. */
export interface PodFacts {
  readonly pod: Pod;
  readonly plays: ContainerPlay[];
  readonly outcome: { reason: string; message: string } | undefined;
  readonly podIP: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** It was refused at admission. */
  readonly rejected: boolean;
  /** Nothing of it runs and nothing will. */
  readonly terminal: boolean;
  readonly hasSandbox: boolean;
}

/** The status that a kubelet of v1.35 writes (pkg/kubelet/kubelet_pods.go, pkg/kubelet/status/generate.go). */
export function statusOfPod(machine: PodFacts, now: number, hostIP: string): PodStatus {
  const { pod, plays, outcome } = machine;
  const before = pod.status;
  const generation = pod.metadata.generation;
  if (machine.rejected) {
    return {
      ...observed(generation),
      phase: 'Failed',
      reason: outcome?.reason ?? '',
      message: outcome?.message ?? '',
      startTime: timeText(machine.startTime),
    };
  }
  const terminal = machine.terminal;
  const found = terminal && outcome ? 'Failed' : phaseOf(pod, plays, terminal);
  // A pod that is at its end before its containers are has failed, which its conditions are not told.
  const phase = terminal && found !== 'Succeeded' ? 'Failed' : found;
  const shown = terminal ? settled(plays) : plays;
  const statuses = (roles: ContainerPlay['role'][]) =>
    shown.filter((play) => roles.includes(play.role)).map((play) => containerStatus(play, pod));
  const init = statuses(['init', 'sidecar']);
  return {
    ...observed(generation),
    phase,
    conditions: conditionsOf(machine, found, now, before?.conditions ?? []),
    ...(outcome && terminal ? { reason: outcome.reason, message: outcome.message } : {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(machine.podIP ? { podIP: machine.podIP, podIPs: [{ ip: machine.podIP }] } : {}),
    startTime: timeText(machine.startTime),
    ...(init.length ? { initContainerStatuses: init } : {}),
    containerStatuses: statuses(['main']),
  };
}

const observed = (generation: number | undefined) =>
  generation === undefined ? {} : { observedGeneration: generation };

/**
 * What becomes of containers that wait when their pod is at its end, as TerminatePod of pkg/kubelet/status/status_manager.go:
 * of a pod that never came past its init containers the main ones stay as they were.
 */
function settled(plays: readonly ContainerPlay[]): ContainerPlay[] {
  const main = plays.filter(({ role }) => role === 'main');
  const init = plays.filter(({ role }) => role !== 'main');
  const initialized =
    !init.length || main.some((play) => play.created) || init.every((play) => play.role === 'sidecar' || isReady(play));
  const started = init.slice(0, init.findLastIndex((play) => play.created) + 1);
  return plays.map((play) => {
    // Of a pod at its end only the last run of each container is kept.
    if (play.state.kind === 'terminated') return { ...play, last: undefined };
    if (play.last) return { ...play, last: undefined, state: { kind: 'terminated', ...play.last } };
    if (play.role === 'main' ? initialized : started.includes(play)) return { ...play, state: unlocated };
    return play;
  });
}

const unlocated: ContainerPlay['state'] = {
  kind: 'terminated',
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  startedAt: 0,
  finishedAt: 0,
  containerID: '',
};

const terminatedOf = (record: TerminatedRecord) => ({
  exitCode: record.exitCode,
  reason: record.reason,
  ...(record.message ? { message: record.message } : {}),
  // A container that was never made has no times: the kubelet writes null.
  startedAt: (record.containerID ? timeText(record.startedAt) : null) as string,
  finishedAt: (record.containerID ? timeText(record.finishedAt) : null) as string,
  ...(record.containerID ? { containerID: record.containerID } : {}),
});

function containerStatus(play: ContainerPlay, pod: Pod): ContainerStatus {
  const { spec, state } = play;
  const mounts = spec.volumeMounts?.map((mount) => ({
    name: mount.name,
    mountPath: mount.mountPath,
    ...(mount.readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
  }));
  return {
    name: spec.name,
    state:
      state.kind === 'waiting'
        ? { waiting: { reason: state.reason, ...(state.message ? { message: state.message } : {}) } }
        : state.kind === 'running'
          ? { running: { startedAt: timeText(state.startedAt) } }
          : { terminated: terminatedOf(state) },
    lastState:
      play.last && state.kind !== 'terminated' ? { terminated: terminatedOf(play.last) } : lastOfTerminated(play),
    ready: isReady(play),
    restartCount: play.restartCount,
    image: play.created ? play.image : (spec.image ?? ''),
    imageID: play.imageID,
    ...(play.containerID ? { containerID: play.containerID } : {}),
    started: isStarted(play),
    ...(play.created ? { resources: { ...spec.resources } } : {}),
    ...(play.created && spec.resources?.requests ? { allocatedResources: spec.resources.requests } : {}),
    ...(mounts?.length ? { volumeMounts: mounts } : {}),
    ...(play.created ? { user: { linux: { uid: userOf(pod, play), gid: 0, supplementalGroups: [0] } } } : {}),
  } as ContainerStatus;
}

function userOf(pod: Pod, play: ContainerPlay): number {
  return play.spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0;
}

function lastOfTerminated(play: ContainerPlay) {
  const ended = play.state.kind === 'terminated' ? play.state : undefined;
  return play.last && play.last.containerID !== ended?.containerID ? { terminated: terminatedOf(play.last) } : {};
}

/** getPhase of the kubelet. */
export function phaseOf(pod: Pod, plays: readonly ContainerPlay[], terminal: boolean): string {
  let pendingInit = 0;
  let pendingSidecars = 0;
  let failedInit = false;
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let final = 0;
  let succeeded = 0;
  for (const play of plays) {
    const { state, last, role } = play;
    const ended = state.kind === 'terminated' ? state : state.kind === 'waiting' ? last : undefined;
    const again = ended ? restarts(restartPolicyOf(pod, play.spec), ended.exitCode) : false;
    if (role === 'init') {
      if (!ended) pendingInit++;
      else if (ended.exitCode !== 0) {
        if (!again) failedInit = true;
        // A failed init container that will be restarted keeps the pod pending through the waiting main containers.
      }
    } else if (role === 'sidecar') {
      if (state.kind === 'running') {
        if (!isStarted(play)) pendingSidecars++;
        running++;
      } else if (state.kind === 'waiting' && !last) {
        pendingSidecars++;
        waiting++;
      }
    } else if (state.kind === 'running') running++;
    else if (!ended) waiting++;
    else {
      stopped++;
      if (!again) final++;
      // As the kubelet counts: a container that waits to be started again is no success.
      if (state.kind === 'terminated' && ended.exitCode === 0) succeeded++;
    }
  }
  const initialized = plays.some((play) => play.role === 'main' && play.created);
  if (failedInit) return 'Failed';
  if (pendingInit > 0 || (pendingSidecars > 0 && !initialized) || waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (!terminal && stopped !== final) return 'Running';
  return stopped === succeeded ? 'Succeeded' : 'Failed';
}

function conditionsOf(machine: PodFacts, phase: string, now: number, before: PodCondition[]): PodCondition[] {
  const { pod, plays } = machine;
  const initialized = initializedCondition(plays, phase);
  const containersReady = readyCondition(plays, phase);
  let ready = containersReady;
  if (ready.status === 'True') {
    const missing = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
      const found = before.find((one) => one.type === conditionType);
      if (!found) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
      return found.status === 'True'
        ? []
        : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
    });
    if (missing.length) ready = { status: 'False', reason: 'ReadinessGatesNotReady', message: missing.join(', ') };
  }
  const sandbox = { status: machine.hasSandbox && !machine.terminal ? 'True' : 'False' };
  const wanted: [string, Partial<PodCondition>][] = [
    ['PodReadyToStartContainers', sandbox],
    ['Initialized', initialized],
    ['Ready', ready],
    ['ContainersReady', containersReady],
    ['PodScheduled', { status: 'True' }],
  ];
  return wanted.map(([type, condition]) => {
    const old = before.find((one) => one.type === type);
    const unchanged = old?.status === condition.status && old?.lastTransitionTime;
    return {
      type,
      status: condition.status ?? 'False',
      ...(condition.reason ? { reason: condition.reason } : {}),
      ...(condition.message ? { message: condition.message } : {}),
      ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
      lastProbeTime: null as unknown as string,
      lastTransitionTime: unchanged ? (old.lastTransitionTime as string) : timeText(now),
    };
  });
}

const names = (plays: ContainerPlay[]) => `[${plays.map((play) => play.spec.name).join(' ')}]`;

function initializedCondition(plays: readonly ContainerPlay[], phase: string): Partial<PodCondition> {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (plays.some((play) => play.role === 'main' && play.created)) return { status: 'True' };
  const incomplete = plays.filter(
    (play) => (play.role === 'init' && !isReady(play)) || (play.role === 'sidecar' && !isStarted(play)),
  );
  if (!incomplete.length) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: ${names(incomplete)}`,
  };
}

function readyCondition(plays: readonly ContainerPlay[], phase: string): Partial<PodCondition> {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = plays.filter((play) => play.role !== 'init' && !isReady(play));
  if (!unready.length) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${names(unready)}`,
  };
}
