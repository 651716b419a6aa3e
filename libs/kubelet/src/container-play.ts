import type { Plan, Surroundings } from './plan.js';
import { freshProbe, type ProbeKind, type Probe, type ProbeState } from './probes.js';
import type { Container, ContainerStatus, Pod } from './pod-types.js';

export interface TerminatedRecord {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: number;
  finishedAt: number;
  containerID: string;
}
export type ContainerState =
  | { kind: 'waiting'; reason: string; message?: string }
  | { kind: 'running'; startedAt: number }
  | ({ kind: 'terminated' } & TerminatedRecord);

/** One run of a container, from its start to its end. */
export interface Run {
  startedAt: number;
  /** Known from the start on; for a run taken over from a status, as soon as its references were looked up. */
  plan?: Plan;
  around?: Surroundings;
  /** What commands beside its own wrote into its files; without a text they removed the file. */
  written: Map<string, string | undefined>;
  probes: Partial<Record<ProbeKind, ProbeState>>;
  /** Why its postStart hook failed, for which it is being killed. */
  hookFailure?: string;
  /** The kernel has killed it for its memory. */
  outOfMemory?: boolean;
  /** It was told to end, and will at that time, with this code. */
  stopping?: { at: number; exitCode: number };
}

/** What is known of one container of a pod: what a container runtime and a kubelet remember together. */
export interface ContainerPlay {
  spec: Container;
  role: 'init' | 'sidecar' | 'main';
  state: ContainerState;
  last?: TerminatedRecord;
  run?: Run;
  restartCount: number;
  /** It ran at least once: the next start is a restart. */
  created: boolean;
  image: string;
  imageID: string;
  containerID: string;
  /** Its definition was changed: it is started again whatever its restart policy. */
  changed?: boolean;
  /** The image is there for the start being attempted. */
  imageReady: boolean;
  pull?: { began: number; doneAt: number };
  pullBackoff?: { until: number; delay: number; error: string; shown: boolean };
  /** Of restarts: the delay that the next one may have to wait, and when it was set. */
  crashBackoff?: { delay: number; lastAt: number };
  /** In a back-off: when the kubelet looks at the pod again. */
  backoffSyncAt?: number;
  /** Not before that time is a start attempted again. */
  retryAt: number;
}

export const probesOf = (container: Container): [ProbeKind, Probe][] =>
  (
    [
      ['startup', container.startupProbe],
      ['liveness', container.livenessProbe],
      ['readiness', container.readinessProbe],
    ] as [ProbeKind, Probe | undefined][]
  ).filter((pair): pair is [ProbeKind, Probe] => pair[1] !== undefined);

export const isStarted = (play: ContainerPlay) =>
  play.run !== undefined && (!play.spec.startupProbe || play.run.probes.startup?.verdict === true);

export const isReady = (play: ContainerPlay) =>
  play.role === 'init'
    ? play.state.kind === 'terminated' && play.state.exitCode === 0
    : isStarted(play) && (!play.spec.readinessProbe || play.run?.probes.readiness?.verdict === true);

/** The containers of a pod, init containers first, before anything happened. */
export function freshPlays(pod: Pod): ContainerPlay[] {
  const hasInit = (pod.spec.initContainers?.length ?? 0) > 0;
  const fresh = (spec: Container, role: ContainerPlay['role']): ContainerPlay => ({
    spec,
    role,
    state: { kind: 'waiting', reason: hasInit ? 'PodInitializing' : 'ContainerCreating' },
    restartCount: 0,
    created: false,
    image: spec.image ?? '',
    imageID: '',
    containerID: '',
    imageReady: false,
    retryAt: 0,
  });
  return [
    ...(pod.spec.initContainers ?? []).map((spec) => fresh(spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init')),
    ...pod.spec.containers.map((spec) => fresh(spec, 'main')),
  ];
}

const recordOf = (terminated: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): TerminatedRecord => ({
  exitCode: terminated.exitCode,
  reason: terminated.reason ?? 'Error',
  ...(terminated.message ? { message: terminated.message } : {}),
  startedAt: Date.parse(terminated.startedAt ?? '') || 0,
  finishedAt: Date.parse(terminated.finishedAt ?? '') || 0,
  containerID: terminated.containerID ?? '',
});

/**
 * Takes up where a written status left off, so that nothing restarts because the kubelet did.
 * @param firstBackoffMs delay of the first restart that has to wait
 */
export function takeUp(
  play: ContainerPlay,
  status: ContainerStatus,
  now: number,
  firstBackoffMs: number,
  maxBackoffMs: number,
): void {
  const { state, lastState } = status;
  play.restartCount = status.restartCount;
  play.image = status.image || play.image;
  play.imageID = status.imageID ?? '';
  play.containerID = status.containerID ?? '';
  if (lastState?.terminated) play.last = recordOf(lastState.terminated);
  play.created = play.containerID !== '' || play.last !== undefined;
  if (state?.running) {
    const startedAt = Date.parse(state.running.startedAt ?? '') || now;
    play.state = { kind: 'running', startedAt };
    play.run = { startedAt, written: new Map(), probes: {} };
    for (const [kind, probe] of probesOf(play.spec)) {
      const fresh = freshProbe(probe, startedAt);
      const verdict = kind === 'liveness' ? true : kind === 'startup' ? status.started === true : status.ready;
      play.run.probes[kind] = {
        ...fresh,
        nextAt: Math.max(fresh.nextAt, now),
        verdict: verdict ? true : undefined,
        last: verdict ? true : undefined,
      };
    }
  } else if (state?.terminated) {
    play.state = { kind: 'terminated', ...recordOf(state.terminated) };
  } else if (state?.waiting) {
    const { reason = 'ContainerCreating', message } = state.waiting;
    play.state = { kind: 'waiting', reason, ...(message ? { message } : {}) };
  }
  const ended = play.state.kind === 'terminated' ? play.state : play.last;
  if (ended && play.created) {
    // The n-th restart waited 2^(n-2) times the first delay; the one to come waits twice that.
    const inBackoff = state?.waiting?.reason === 'CrashLoopBackOff';
    const waits = play.restartCount + (inBackoff ? 1 : play.run ? 0 : 1);
    if (waits > 0) {
      const delay = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.max(0, play.restartCount - 1));
      if (play.restartCount > 0) play.crashBackoff = { delay, lastAt: ended.finishedAt };
    }
  }
}

/** @returns what is remembered of a run that ended, without the state's kind */
export function recordOfRun({
  exitCode,
  reason,
  message,
  startedAt,
  finishedAt,
  containerID,
}: TerminatedRecord): TerminatedRecord {
  return { exitCode, reason, ...(message === undefined ? {} : { message }), startedAt, finishedAt, containerID };
}
