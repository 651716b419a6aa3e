import type { ContainerPlay, Run, TerminatedRecord } from './container-play.js';
import { MIN_GRACE, RELIST } from './kubelet-times.js';
import { lastWordsOf } from './last-words.js';
import { runHook } from './lifecycle-hooks.js';
import { filesToKeep } from './mounts.js';
import type { PodScene } from './pod-scene.js';
import { keepLog } from './run-logs.js';
import { planOf, surroundings } from './surroundings.js';

/** Lets the runs go on: what is at its end ends. */
export function followRuns(scene: PodScene): void {
  for (const play of scene.plays) {
    const { run } = play;
    if (!run) continue;
    if (run.outOfMemory) {
      end(scene, play, 137, 'OOMKilled');
      continue;
    }
    if (!run.plan) takePlanUp(scene, play);
    unfold(scene, run);
    const ending = run.plan?.ending;
    const endsAt = ending ? run.startedAt + ending.after : Infinity;
    if (ending && endsAt <= scene.now && (!run.stopping || endsAt <= run.stopping.at)) {
      end(scene, play, ending.exitCode, ending.reason);
    } else if (run.stopping && run.stopping.at <= scene.now) {
      end(scene, play, run.stopping.exitCode, run.stopping.exitCode === 0 ? 'Completed' : 'Error');
    } else scene.wake(Math.min(endsAt, run.stopping?.at ?? Infinity));
  }
}

/** The image of a container may be changed in a pod that exists; then the container is another one. */
export function followSpec(scene: PodScene): void {
  for (const play of scene.plays) {
    const spec = [...scene.pod.spec.containers, ...(scene.pod.spec.initContainers ?? [])].find(
      (one) => one.name === play.spec.name,
    );
    if (!spec || spec === play.spec) continue;
    const changed = spec.image !== play.spec.image;
    play.spec = spec;
    if (!changed || scene.terminal) continue;
    delete play.crashBackoff;
    delete play.pullBackoff;
    delete play.pull;
    play.imageReady = false;
    play.retryAt = 0;
    if (!play.run) continue;
    play.changed = true;
    const graceMs = scene.graceMs;
    stop(scene, play, `Container ${spec.name} definition changed, will be restarted`, graceMs);
  }
}

/** Lets a plan that unfolds in time go on. */
export function unfold(scene: PodScene, { plan, startedAt }: Run): void {
  if (!plan?.advance) return;
  scene.wake(startedAt + plan.advance(scene.now - startedAt));
  scene.need(plan.needs ?? []);
}

/** A run taken over from a status: its plan follows from the same facts as at its start, unless they are gone. */
function takePlanUp(scene: PodScene, play: ContainerPlay): void {
  const { run } = play;
  if (!run) return;
  const around = surroundings(scene, play.spec, true);
  if (!around) return;
  const plan = planOf(scene, play, around, run.startedAt);
  run.around = around;
  run.plan = plan;
}

function end(scene: PodScene, play: ContainerPlay, exitCode: number, reason: string): void {
  const { run } = play;
  const message = run ? lastWordsOf(play, run, exitCode, scene.now) : '';
  const record: TerminatedRecord = {
    exitCode,
    reason,
    ...(message ? { message } : {}),
    startedAt: run?.startedAt ?? scene.now,
    finishedAt: scene.now,
    containerID: play.containerID,
  };
  if (run) keepFiles(scene, play, run);
  if (run?.plan) keepLog(scene, { plan: run.plan, startedAt: run.startedAt, endedAt: scene.now }, play);
  play.state = { kind: 'terminated', ...record };
  delete play.run;
  play.retryAt = 0;
  if (run?.hookFailure !== undefined && !scene.terminating && !scene.endedForGood(play)) {
    play.last = record;
    play.state = { kind: 'waiting', reason: 'PostStartHookError', message: run.hookFailure };
    play.retryAt = scene.now + RELIST;
  }
  scene.wake(scene.now + RELIST);
}

/** What it wrote into volumes that outlive it is there for the next one. */
function keepFiles(scene: PodScene, { spec }: ContainerPlay, run: Run): void {
  const files = new Map(run.plan?.filesAt?.(scene.now - run.startedAt) ?? run.around?.files);
  for (const [path, text] of run.written) {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
  }
  for (const [volume, kept] of filesToKeep(scene.pod, spec, files)) scene.kept.set(volume, kept);
}

/** Tells a container to end, which its state and an event show. @param graceMs until it is killed; 0 kills at once */
export function stop(scene: PodScene, play: ContainerPlay, message: string, graceMs: number): void {
  const { run, spec } = play;
  if (!run || run.stopping) return;
  scene.event('Normal', 'Killing', message, spec);
  const hook = graceMs > 0 ? runHook(scene, play, 'preStop', graceMs) : { tookMs: 0 };
  if (hook.failure !== undefined) scene.event('Warning', 'FailedPreStopHook', 'PreStopHook failed', spec);
  const preStop = Math.min(graceMs, hook.tookMs);
  const left = Math.max(MIN_GRACE, graceMs - preStop);
  const needed = run.plan?.stopsIn ?? 0;
  run.stopping =
    graceMs <= 0
      ? { at: scene.now, exitCode: 137 }
      : { at: scene.now + preStop + Math.min(needed, left), exitCode: needed <= left ? 0 : 137 };
  if (run.stopping.at <= scene.now) {
    end(scene, play, run.stopping.exitCode, run.stopping.exitCode === 0 ? 'Completed' : 'Error');
  } else scene.wake(run.stopping.at);
}
