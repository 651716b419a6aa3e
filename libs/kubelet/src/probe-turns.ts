import type { Reachable } from './answering-pod.js';
import { isStarted, probesOf, type ContainerPlay } from './container-play.js';
import { stop } from './container-runs.js';
import type { PodScene } from './pod-scene.js';
import { askProbe, periodOf, steadyUntil, takeResult, type Probe, type ProbeKind, type ProbeResult } from './probes.js';
import { runNow } from './shell/run-now.js';
import { shellIn } from './surroundings.js';

/** Asks the probes that are due and lets their answers work. */
export function followProbes(scene: PodScene): void {
  const all = scene.reachable();
  for (const play of scene.plays) {
    for (const [kind, probe] of probesOf(play.spec)) {
      while (probeOnce(scene, play, kind, probe, all));
    }
  }
}

function probeOnce(scene: PodScene, play: ContainerPlay, kind: ProbeKind, probe: Probe, all: Reachable[]): boolean {
  const { run } = play;
  const state = run?.probes[kind];
  if (!run?.plan || !state || run.stopping || state.nextAt > scene.now) return false;
  if (kind === 'startup' ? state.verdict === true : !isStarted(play)) return false;
  if (scene.terminating && kind !== 'readiness') return false;
  // After a long sleep the probes missed are not made up for.
  const period = periodOf(probe);
  const at = scene.now - state.nextAt > 3 * period ? scene.now : state.nextAt;
  const result = ask(scene, play, probe, all, at);
  if ('needs' in result) {
    scene.need(result.needs);
    return false;
  }
  state.nextAt = at + period;
  const title = kind[0]?.toUpperCase() + kind.slice(1);
  if ('errored' in result) {
    const message = `${title} probe errored and resulted in unknown state: ${result.errored}`;
    scene.event('Warning', 'Unhealthy', message, play.spec);
    return true;
  }
  if (!result.ok) scene.event('Warning', 'Unhealthy', `${title} probe failed: ${result.failure}`, play.spec);
  const changed = takeResult(probe, state, result.ok);
  if (changed && !result.ok && kind !== 'readiness') {
    const graceSeconds = probe.terminationGracePeriodSeconds ?? scene.pod.spec.terminationGracePeriodSeconds ?? 30;
    stop(scene, play, `Container ${play.spec.name} failed ${kind} probe, will be restarted`, graceSeconds * 1000);
  }
  if (changed && kind === 'startup' && result.ok) {
    // Readiness and liveness were held back until now.
    for (const [other, spec] of probesOf(play.spec)) {
      if (other !== 'startup' && run.probes[other]) {
        run.probes[other].nextAt = Math.max(scene.now, run.startedAt + (spec.initialDelaySeconds ?? 0) * 1000);
      }
    }
  }
  return true;
}

function ask(scene: PodScene, play: ContainerPlay, probe: Probe, all: Reachable[], at: number): ProbeResult {
  const { run, spec, image } = play;
  if (!run?.plan) return { needs: [] };
  const self = { container: spec, startedAt: run.startedAt, plan: run.plan };
  const pod = {
    podIP: scene.podIP,
    hasProgram: scene.world.hasProgram(image),
    answersInMs: scene.world.probeMs(scene.pod.metadata.uid ?? '', spec.name),
  };
  return askProbe(probe, self, all, pod, at, (command, limitMs) => {
    const { state, world } = shellIn(scene, spec.name, at);
    return runNow(command, state, world, limitMs);
  });
}

/** Wakes for a probe only when its answer will be another one, or is a failure that must be told each time. */
export function planProbes(scene: PodScene): void {
  const all = scene.reachable();
  const change = steadyUntil(all, scene.now);
  for (const play of scene.plays) {
    const { run } = play;
    if (!run?.plan || run.stopping) continue;
    for (const [kind, probe] of probesOf(play.spec)) {
      const state = run.probes[kind];
      if (!state || (kind === 'startup' ? state.verdict === true : !isStarted(play))) continue;
      if (scene.terminating && kind !== 'readiness') continue;
      // What a command will find, or how busy the program will be, nobody knows beforehand.
      const changes = probe.exec || scene.world.probesAreUneven() ? 0 : change;
      const calm = state.verdict === true && state.last === true && state.nextAt < changes;
      const answer = calm ? ask(scene, play, probe, all, state.nextAt) : undefined;
      const steady = answer !== undefined && 'ok' in answer && answer.ok;
      if (!steady) scene.wake(Math.max(state.nextAt, scene.now + 1));
      else if (changes < Infinity) {
        const period = periodOf(probe);
        state.nextAt += Math.max(0, Math.ceil((changes - state.nextAt) / period)) * period;
        scene.wake(state.nextAt);
      } else state.nextAt = Math.max(state.nextAt, scene.now);
    }
  }
}
