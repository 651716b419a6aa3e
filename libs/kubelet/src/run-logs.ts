import type { ContainerPlay } from './container-play.js';
import type { Need } from './lookups.js';
import type { PodScene, RunLog } from './pod-scene.js';
import { planOf, surroundings } from './surroundings.js';

export type FoundLog =
  { state: 'found'; log: RunLog } | { state: 'waiting'; needs: Need[] } | { state: 'refused'; message: string };

/** A kubelet keeps the log of the last run and of the one before it. */
export function keepLog(scene: PodScene, log: RunLog, play: ContainerPlay): void {
  for (const id of scene.logs.keys()) {
    const owner = scene.plays.find((one) => one.containerID === id || one.last?.containerID === id);
    if (!owner) scene.logs.delete(id);
  }
  scene.logs.set(play.containerID, log);
}

/** @returns the log of the current run of a container, or of the one before, or why there is none in a kubelet's words */
export function logOf(scene: PodScene, play: ContainerPlay, previous: boolean): FoundLog {
  const { state, last, run, spec } = play;
  const name = scene.pod.metadata.name;
  const record = previous ? last : state.kind === 'terminated' ? state : state.kind === 'waiting' ? last : undefined;
  if (previous && !last) {
    return { state: 'refused', message: `previous terminated container "${spec.name}" in pod "${name}" not found` };
  }
  if (!previous && !run && !record) {
    const reason = state.kind === 'waiting' ? state.reason : '';
    const why =
      { ErrImagePull: "image can't be pulled", ImagePullBackOff: 'trying and failing to pull image' }[reason] ?? reason;
    return { state: 'refused', message: `container "${spec.name}" in pod "${name}" is waiting to start: ${why}` };
  }
  if (!previous && run?.plan) return { state: 'found', log: { startedAt: run.startedAt, plan: run.plan } };
  const kept = record && scene.logs.get(record.containerID);
  if (kept) return { state: 'found', log: kept };
  const { needs } = scene.beginTurn(scene.now);
  const around = surroundings(scene, spec, true);
  if (!around) return { state: 'waiting', needs };
  const plan = planOf(scene, play, around, record?.startedAt ?? run?.startedAt ?? scene.now);
  plan.advance?.((record?.finishedAt ?? scene.now) - (record?.startedAt ?? run?.startedAt ?? scene.now));
  const log = {
    plan,
    startedAt: record?.startedAt ?? run?.startedAt ?? 0,
    ...(record ? { endedAt: record.finishedAt } : {}),
  };
  return { state: 'found', log };
}
