import { quantityOf } from '@kubedan/contracts';
import type { Counted, Reachable } from './answering-pod.js';
import { takeUp, isStarted, type ContainerPlay } from './container-play.js';
import { followRuns, followSpec, stop } from './container-runs.js';
import { attempt } from './container-starts.js';
import { fullName } from './images.js';
import { FIRST_BACKOFF, FIRST_MOUNT_RETRY, MAX_BACKOFF, MAX_MOUNT_RETRY } from './kubelet-times.js';
import type { PlayedContainer } from './traffic/pod-facts.js';
import type { Running } from './metrics/resource-metrics.js';
import { volumesOf } from './mounts.js';
import { idleUsage, type Usage } from './plan.js';
import { PodScene, type Advance } from './pod-scene.js';
import { statusOfPod } from './pod-status.js';
import type { Container, Pod, PodStatus } from './pod-types.js';
import type { PodWorld } from './pod-world.js';
import { followProbes, planProbes } from './probe-turns.js';
import { logOf, type FoundLog } from './run-logs.js';
import type { ShellState } from './shell/interpreter.js';
import type { ShellWorld } from './shell/shell-world.js';
import { shellIn } from './surroundings.js';

/**
 * One pod as a kubelet and a container runtime play it together. Pure but for its own memory: what it says depends on the pod,
 * the world and the times it is asked at, never on a clock or on I/O. Call advance() whenever the pod changed, a need was
 * met, or `wakeAt` has come; then status() is what the kubelet would write.
 */
export class PodMachine {
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly #scene: PodScene;
  #mountRetry = { at: 0, delay: FIRST_MOUNT_RETRY };
  #rejected = false;

  constructor(pod: Pod, world: PodWorld, now: number) {
    const scene = new PodScene(pod, world, now);
    this.#scene = scene;
    const { status } = pod;
    this.startTime = Date.parse(status?.startTime ?? '') || now;
    if (!status?.startTime) return;
    scene.podIP = status.podIP ?? '';
    const known = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const play of scene.plays) {
      const written = known.find((one) => one.name === play.spec.name);
      if (written) takeUp(play, written, now, FIRST_BACKOFF * world.backoffScale, MAX_BACKOFF * world.backoffScale);
      if (play.run) world.putOnNode(fullName(play.image));
    }
    if (status.phase === 'Failed' && status.reason)
      scene.outcome = { reason: status.reason, message: status.message ?? '' };
    if (scene.outcome && !scene.plays.some((play) => play.created)) this.#rejected = true;
    // Whoever said so, the kubelet or a controller: a pod that is at its end never runs again.
    scene.over = status.phase === 'Failed' || status.phase === 'Succeeded';
  }

  get pod(): Pod {
    return this.#scene.pod;
  }

  set pod(newer: Pod) {
    this.#scene.pod = newer;
  }

  get plays(): ContainerPlay[] {
    return this.#scene.plays;
  }

  get podIP(): string {
    return this.#scene.podIP;
  }

  get outcome(): PodScene['outcome'] {
    return this.#scene.outcome;
  }

  get rejected(): boolean {
    return this.#rejected;
  }

  get hasSandbox(): boolean {
    return this.podIP !== '';
  }

  /** Nothing of it runs and nothing will. */
  get terminal(): boolean {
    return this.#scene.terminal;
  }

  /** Refuses the pod at admission: it becomes Failed and nothing of it ever runs. */
  reject(reason: string, message: string): void {
    this.#scene.outcome = { reason, message };
    this.#rejected = true;
  }

  /** @param now milliseconds since 1970 */
  advance(now: number): Advance {
    const scene = this.#scene;
    const turn = scene.beginTurn(now);
    if (!this.#rejected) {
      followSpec(scene);
      followRuns(scene);
      followProbes(scene);
      this.#followDeadlines();
      if (scene.terminating) this.#stopAll();
      else if (!scene.over && !scene.outcome) this.#startAll();
      planProbes(scene);
    }
    return turn;
  }

  status(): PodStatus {
    return statusOfPod(this, this.#scene.now, this.#scene.world.hostIP);
  }

  /** The runs whose plans are known: what answers on the pod's address. */
  reachable(): Reachable[] {
    return this.#scene.reachable();
  }

  /** What its containers that run use, each within its limits. */
  running(now: number): Running[] {
    return this.#scene.plays.flatMap(({ run, spec }) => {
      if (!run?.plan) return [];
      const usage = run.plan.usageAt?.(now - run.startedAt) ?? idleUsage;
      return [{ name: spec.name, startedAt: run.startedAt, usage: within(usage, spec) }];
    });
  }

  /** Its containers with the runs whose plans are known. */
  get containers(): PlayedContainer[] {
    return this.#scene.plays.map(({ spec, run }) => ({
      spec,
      run: run?.plan ? { startedAt: run.startedAt, plan: run.plan } : undefined,
    }));
  }

  /** False while what its containers do, which were taken over from its status, is still being looked up. */
  get isTakenUp(): boolean {
    return this.#scene.plays.every(({ run }) => !run || run.plan !== undefined);
  }

  /** The kernel kills a container for its memory; advance() shows it. A container that does not run is left alone. */
  killForMemory(container: string): void {
    const run = this.#scene.plays.find(({ spec }) => spec.name === container)?.run;
    if (run) run.outOfMemory = true;
  }

  counted(container: string): Counted | undefined {
    return this.#scene.counted(container);
  }

  /** @returns the log of the current run of a container, or of the one before, or why there is none in a kubelet's words */
  logOf(play: ContainerPlay, previous: boolean): FoundLog {
    return logOf(this.#scene, play, previous);
  }

  /** A shell of its own in a running container, with the container's environment and files. @throws RangeError when it does not run */
  shellIn(container: string): { state: ShellState; world: ShellWorld } {
    return shellIn(this.#scene, container);
  }

  #followDeadlines(): void {
    const scene = this.#scene;
    const { metadata, spec } = scene.pod;
    if (metadata.deletionTimestamp) {
      const graceMs = (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30) * 1000;
      if (!scene.terminating || graceMs < scene.terminating.graceMs) {
        scene.terminating = { since: scene.terminating?.since ?? scene.now, graceMs };
      }
    }
    if (spec.activeDeadlineSeconds !== undefined && !scene.terminating && !scene.outcome && !scene.finishedByItself()) {
      const deadline = this.startTime + spec.activeDeadlineSeconds * 1000;
      if (deadline > scene.now) scene.wake(deadline);
      else {
        const message = 'Pod was active on the node longer than the specified deadline';
        scene.event('Normal', 'DeadlineExceeded', message);
        scene.outcome = { reason: 'DeadlineExceeded', message };
        scene.terminating = { since: scene.now, graceMs: scene.graceMs };
      }
    }
  }

  #stopAll(): void {
    const scene = this.#scene;
    const graceMs = scene.terminating?.graceMs ?? 0;
    const mains = scene.plays.filter((play) => play.role !== 'sidecar');
    for (const play of mains) stop(scene, play, `Stopping container ${play.spec.name}`, graceMs);
    if (mains.some((play) => play.run)) return;
    // Sidecars outlive the main containers and end in the reverse order of their start.
    for (const play of scene.plays.filter((one) => one.role === 'sidecar').toReversed()) {
      stop(scene, play, `Stopping container ${play.spec.name}`, graceMs);
      if (play.run) return;
    }
  }

  #startAll(): void {
    const scene = this.#scene;
    if (scene.finishedByItself()) {
      scene.terminating ??= scene.plays.some((play) => play.run) ? { since: scene.now, graceMs: 30_000 } : undefined;
      if (scene.terminating) {
        this.#stopAll();
        scene.terminating = undefined;
      }
      return;
    }
    if (!this.#mount()) return;
    if (!scene.podIP) scene.podIP = scene.pod.spec.hostNetwork ? scene.world.hostIP : scene.world.allocateIP();
    const initialized = scene.plays.some((play) => play.role === 'main' && play.created);
    for (const play of scene.plays) {
      if (play.role === 'main') continue;
      if (play.role === 'init') {
        if (initialized || (play.state.kind === 'terminated' && play.state.exitCode === 0)) continue;
        if (!play.run) attempt(scene, play);
        return;
      }
      if (!play.run) attempt(scene, play);
      if (!initialized && !isStarted(play)) return;
    }
    for (const play of scene.plays) {
      if (play.role !== 'main' || play.run) continue;
      if (scene.endedForGood(play)) continue;
      attempt(scene, play);
      // Images are pulled one after the other.
      if (play.pull) return;
    }
  }

  #mount(): boolean {
    const scene = this.#scene;
    if (scene.volumes || scene.plays.some((play) => play.created)) return true;
    if (this.#mountRetry.at > scene.now) {
      scene.wake(this.#mountRetry.at);
      return false;
    }
    const volumes = volumesOf(scene.pod, scene.addresses, scene.lookUp, scene.identity);
    if (volumes.state === 'resolved') {
      scene.volumes = volumes.value;
      return true;
    }
    if (volumes.state === 'refused') {
      scene.event('Warning', 'FailedMount', volumes.message);
      this.#mountRetry.at = scene.now + this.#mountRetry.delay;
      this.#mountRetry.delay = Math.min(MAX_MOUNT_RETRY, this.#mountRetry.delay * 2);
      scene.wake(this.#mountRetry.at);
    }
    return false;
  }
}

/** A container gets no more CPU than its limit; what takes more memory than its own is killed, so that is never seen. */
function within({ cpuMillicores, memoryBytes }: Usage, { resources }: Container): Usage {
  const cores = quantityOf(resources?.limits?.['cpu']) || Infinity;
  const bytes = quantityOf(resources?.limits?.['memory']) || Infinity;
  return { cpuMillicores: Math.min(cpuMillicores, cores * 1000), memoryBytes: Math.min(memoryBytes, bytes) };
}
