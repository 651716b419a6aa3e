import type { ContainerPlay } from './container-play.js';
import { rpcFailure } from './exec-failure.js';
import type { PodScene } from './pod-scene.js';
import { podLabel } from './pod-types.js';
import { httpAnswer, portOf } from './pod-ports.js';
import { runNow } from './shell/run-now.js';
import { shellIn } from './surroundings.js';

interface Handler {
  exec?: { command?: string[] };
  httpGet?: { host?: string; path?: string; port: number | string; scheme?: string };
  sleep?: { seconds: number };
}
/** How a hook went. `failure` is the kubelet's sentence; absent when it went well. */
export interface HookResult {
  tookMs: number;
  failure?: string;
}

/** Runs a container's postStart or preStop hook, now. @param limitMs after which a command is not waited for any more */
export function runHook(
  scene: PodScene,
  play: ContainerPlay,
  kind: 'postStart' | 'preStop',
  limitMs: number,
): HookResult {
  const hook = play.spec.lifecycle?.[kind] as Handler | undefined;
  if (hook?.sleep) return { tookMs: Math.min(limitMs, hook.sleep.seconds * 1000) };
  if (hook?.exec) return runCommandHook(scene, play, hook.exec.command ?? [], limitMs);
  if (hook?.httpGet) return runHttpHook(scene, play, hook.httpGet);
  return { tookMs: 0 };
}

function runCommandHook(scene: PodScene, play: ContainerPlay, command: string[], limitMs: number): HookResult {
  if (!play.run?.around) return { tookMs: 0 };
  const { state, world } = shellIn(scene, play.spec.name);
  const ran = runNow(command, state, world, limitMs);
  const failed = (error: string, output: string) =>
    `Exec lifecycle hook (${goList(command)}) for Container "${play.spec.name}" in Pod "${podLabel(scene.pod)}" failed - error: ${error}, message: ${JSON.stringify(output)}`;
  switch (ran.kind) {
    case 'ended': {
      const { code, stdout, stderr, tookMs } = ran;
      if (code === 0) return { tookMs };
      return {
        tookMs,
        failure: failed(`command '${command.join(' ')}' exited with ${code}: ${stderr}`, stdout + stderr),
      };
    }
    case 'missing': {
      // A program that only the image knows is taken to do its work.
      if (scene.world.hasProgram(play.image)) return { tookMs: 0 };
      return { tookMs: 0, failure: failed(rpcFailure(ran.program), '') };
    }
    // What a hook asks of the cluster cannot be waited for here: it is taken to have got it.
    case 'waiting':
      return { tookMs: 0 };
    case 'timed-out':
      return { tookMs: Number.isFinite(limitMs) ? limitMs : 0 };
  }
}

function runHttpHook(
  scene: PodScene,
  play: ContainerPlay,
  { host, path, port, scheme }: NonNullable<Handler['httpGet']>,
): HookResult {
  const target = { host: host || scene.podIP, port: portOf(port, play.spec), path, scheme };
  const { failure } = httpAnswer(scene.reachable(), target, scene.now);
  if (!failure) return { tookMs: 0 };
  return {
    tookMs: 0,
    failure: `HTTP lifecycle hook (${path ?? ''}) for Container "${play.spec.name}" in Pod "${podLabel(scene.pod)}" failed - error: ${failure}`,
  };
}

/** Go's way to print a list of words. */
const goList = (words: readonly string[]) => `[${words.join(' ')}]`;
