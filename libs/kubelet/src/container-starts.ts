import { probesOf, recordOfRun, type ContainerPlay, type Run, type TerminatedRecord } from './container-play.js';
import { stop, unfold } from './container-runs.js';
import { environmentOf } from './environment.js';
import { startFailure } from './exec-failure.js';
import { ensureImage } from './image-pulls.js';
import { containerId, fullName, imageId } from './images.js';
import {
  BACKOFF_FORGOTTEN,
  CONFIG_RETRY,
  FIRST_BACKOFF,
  goDuration,
  MAX_BACKOFF,
  RELIST,
  RESYNC,
  RESYNC_INTERVAL,
  START_TAKES,
} from './kubelet-times.js';
import { runHook } from './lifecycle-hooks.js';
import type { Surroundings } from './plan.js';
import { missingProgram } from './plan-of-container.js';
import type { PodScene } from './pod-scene.js';
import { podLabel, type Container } from './pod-types.js';
import { freshProbe } from './probes.js';
import { planOf, surroundings } from './surroundings.js';

/** One step towards a running container: back-off, image, configuration, start. What stops it is told by its state. */
export function attempt(scene: PodScene, play: ContainerPlay): void {
  if (play.retryAt > scene.now) return scene.wake(play.retryAt);
  if (!play.pull && !play.imageReady && backsOff(scene, play)) return;
  if (!ensureImage(scene, play)) return;
  const env = environmentOf(scene.pod, play.spec, scene.addresses, scene.lookUp);
  if (env.state === 'waiting') return;
  if (env.state === 'refused') {
    play.imageReady = false;
    const { message } = env;
    return scene.wait(play, { reason: 'CreateContainerConfigError', message, error: message, retryMs: CONFIG_RETRY });
  }
  const root = rootProblem(scene, play.spec);
  if (root) {
    play.imageReady = false;
    return scene.wait(play, { reason: 'CreateContainerConfigError', message: root, error: root, retryMs: RESYNC });
  }
  const around = surroundings(scene, play.spec);
  if (around) start(scene, play, around);
}

/** @returns why a container that must not run as root would; the images of the world name no user */
function rootProblem({ pod }: PodScene, { name, securityContext: own }: Container): string | undefined {
  const common = pod.spec.securityContext;
  if (!(own?.runAsNonRoot ?? common?.runAsNonRoot)) return undefined;
  const user = own?.runAsUser ?? common?.runAsUser;
  if (user !== undefined && user !== 0) return undefined;
  const why =
    user === 0
      ? "container's runAsUser breaks non-root policy"
      : 'container has runAsNonRoot and image will run as root';
  return `${why} (pod: "${podLabel(pod)}", container: ${name})`;
}

/**
 * @returns whether the container must wait before it may start again. A kubelet is woken when the back-off is over, or after
 * a minute, and tells then that there is one: until then the container shows how it ended (completeWork in
 * pkg/kubelet/pod_workers.go).
 */
function backsOff(scene: PodScene, play: ContainerPlay): boolean {
  const { state } = play;
  const ended = state.kind === 'terminated' ? state : state.kind === 'waiting' && play.created ? play.last : undefined;
  if (!ended) return false;
  if (state.kind === 'terminated' && ended.finishedAt + RELIST > scene.now) {
    scene.wake(ended.finishedAt + RELIST);
    return true;
  }
  const scale = scene.world.backoffScale;
  const known = play.crashBackoff;
  const forgotten = !known || ended.finishedAt - known.lastAt > BACKOFF_FORGOTTEN * scale;
  if (forgotten) {
    play.crashBackoff = { delay: FIRST_BACKOFF * scale, lastAt: ended.finishedAt };
    return false;
  }
  const over = ended.finishedAt + known.delay;
  if (over > scene.now) {
    if (play.backoffSyncAt === undefined || play.backoffSyncAt <= scene.now) {
      const message = `Back-off restarting failed container ${play.spec.name} in pod ${podLabel(scene.pod)}`;
      scene.event('Warning', 'BackOff', message, play.spec);
      if (play.backoffSyncAt !== undefined) tellBackoff(scene, play, known.delay);
      play.backoffSyncAt = Math.min(over, scene.now + RESYNC_INTERVAL);
    }
    scene.wake(play.backoffSyncAt);
    return true;
  }
  const isTold = state.kind === 'waiting' && state.reason === 'CrashLoopBackOff';
  if (play.backoffSyncAt !== undefined && !isTold) {
    tellBackoff(scene, play, known.delay);
    play.retryAt = scene.now + Math.min(START_TAKES, known.delay);
    scene.wake(play.retryAt);
    return true;
  }
  play.crashBackoff = { delay: Math.min(MAX_BACKOFF * scale, known.delay * 2), lastAt: ended.finishedAt };
  return false;
}

function tellBackoff(scene: PodScene, play: ContainerPlay, delay: number): void {
  if (play.state.kind === 'terminated') play.last = recordOfRun(play.state);
  const message = `back-off ${goDuration(delay)} restarting failed container=${play.spec.name} pod=${podLabel(scene.pod)}`;
  play.state = { kind: 'waiting', reason: 'CrashLoopBackOff', message };
}

/** All that it needs is there: it is made, and runs if its program is there too. */
function start(scene: PodScene, play: ContainerPlay, around: Surroundings): void {
  make(scene, play);
  scene.event('Normal', 'Created', 'Container created', play.spec);
  const program = missingProgram(scene.world.behaviourOf(play.image) ?? {}, play.spec, around);
  if (program !== undefined) return failToStart(scene, play, program);
  const startedAt = scene.now;
  const plan = planOf(scene, play, around, startedAt);
  const run: Run = { startedAt, plan, around, written: new Map(), probes: {} };
  play.state = { kind: 'running', startedAt };
  play.run = run;
  for (const [kind, probe] of probesOf(play.spec)) run.probes[kind] = freshProbe(probe, startedAt);
  scene.event('Normal', 'Started', 'Container started', play.spec);
  unfold(scene, run);
  greet(scene, play, run);
  if (plan.ending) scene.wake(startedAt + plan.ending.after);
  // A container that is at its end already, or whose next one may start now, is seen in the next turn.
  scene.wake(scene.now + (play.role === 'main' ? (plan.ending?.after === 0 ? 1 : Infinity) : 1));
}

/** Makes the container that may run now; one that ran before is remembered as the last. */
function make(scene: PodScene, play: ContainerPlay): void {
  const ended = play.state.kind === 'terminated' ? play.state : undefined;
  if (ended) play.last = recordOfRun(ended);
  if (play.created) play.restartCount += 1;
  play.created = true;
  play.imageReady = false;
  delete play.changed;
  delete play.pullBackoff;
  delete play.backoffSyncAt;
  play.image = fullName(play.spec.image ?? '');
  play.imageID = imageId(play.image);
  play.containerID = containerId(scene.world.seed, scene.pod.metadata.uid ?? '', play.spec.name, play.restartCount);
}

/** The runtime cannot start the program: the container is at its end before it began. */
function failToStart(scene: PodScene, play: ContainerPlay, program: string): void {
  const message = startFailure(program);
  const record: TerminatedRecord = {
    exitCode: 128,
    reason: 'StartError',
    message,
    // It never started: the runtime says 1970.
    startedAt: 0,
    finishedAt: scene.now,
    containerID: play.containerID,
  };
  play.state = { kind: 'terminated', ...record };
  if (scene.endedForGood(play)) {
    scene.event('Warning', 'Failed', `Error: ${message}`, play.spec);
    scene.wake(scene.now + RELIST);
  } else scene.wait(play, { reason: 'RunContainerError', message, error: message, retryMs: RELIST });
}

/** Runs the hook of a start; a container whose hook fails is killed. */
function greet(scene: PodScene, play: ContainerPlay, run: Run): void {
  if (!play.spec.lifecycle?.postStart) return;
  const { failure } = runHook(scene, play, 'postStart', Infinity);
  if (failure === undefined) return;
  scene.event('Warning', 'FailedPostStartHook', 'PostStartHook failed', play.spec);
  run.hookFailure = failure;
  stop(scene, play, 'FailedPostStartHook', scene.graceMs);
}
