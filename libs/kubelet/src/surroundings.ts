import { quantityOf } from '@kubedan/contracts';
import type { ContainerPlay } from './container-play.js';
import { environmentOf } from './environment.js';
import { filesOf, volumesOf } from './mounts.js';
import type { Plan, Surroundings } from './plan.js';
import type { PodScene } from './pod-scene.js';
import type { Container } from './pod-types.js';
import type { ShellState } from './shell/interpreter.js';
import { ContainerFiles } from './shell/container-files.js';
import { freshShell } from './shell/script-plan.js';
import type { ShellWorld } from './shell/shell-world.js';

/**
 * @returns what a container finds around itself, or undefined while a lookup is under way
 * @param forgiving take what is missing for empty: the container runs already
 */
export function surroundings(scene: PodScene, container: Container, forgiving = false): Surroundings | undefined {
  const lookUp = forgiving ? scene.lookUpForgiving : scene.lookUp;
  const env = environmentOf(scene.pod, container, scene.addresses, lookUp);
  const volumes = volumesOf(scene.pod, scene.addresses, lookUp, scene.identity);
  if (env.state === 'waiting' || volumes.state === 'waiting') return undefined;
  const content = volumes.state === 'resolved' ? volumes.value : (scene.volumes ?? new Map());
  if (volumes.state === 'resolved') scene.volumes = content;
  for (const [name, files] of scene.kept) content.set(name, files);
  return { env: env.state === 'resolved' ? env.value : new Map(), ...filesOf(container, content) };
}

/** So many files may commands that are run beside a container's own write into it. */
const MAX_WRITTEN = 256;

/**
 * A shell of its own in a running container, with the container's environment and files: what it writes, others see.
 * @param at the moment that it looks at the container, in milliseconds since 1970
 * @throws RangeError when it does not run
 */
export function shellIn(
  scene: PodScene,
  container: string,
  at: number = scene.now,
): { state: ShellState; world: ShellWorld } {
  const play = scene.plays.find((one) => one.spec.name === container);
  const run = play?.run;
  if (!run?.around) throw new RangeError(`Container ${container} of pod ${scene.pod.metadata.name} does not run.`);
  const memoryLimit = quantityOf(play?.spec.resources?.limits?.['memory']);
  const files = new Map(run.plan?.filesAt?.(at - run.startedAt) ?? run.around.files);
  for (const [path, text] of run.written) {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
  }
  const write = (path: string, text: string | undefined) => {
    if (run.written.size >= MAX_WRITTEN && !run.written.has(path))
      throw new Error('write error: No space left on device');
    run.written.set(path, text);
  };
  return {
    state: freshShell(run.around, play?.spec.workingDir, new ContainerFiles(files, write)),
    world: { ...shellWorld(scene, at), memoryLimit },
  };
}

/** @param epoch when the run began, in milliseconds since 1970 */
export function planOf(scene: PodScene, play: ContainerPlay, around: Surroundings, epoch: number): Plan {
  return scene.world.planOf(scene.world.behaviourOf(play.image) ?? {}, play.spec, around, shellWorld(scene, epoch));
}

function shellWorld(scene: PodScene, epoch: number): Omit<ShellWorld, 'memoryLimit'> {
  const { metadata, spec } = scene.pod;
  return {
    hostname: spec.hostname ?? metadata.name,
    epoch,
    dns: '10.96.0.10',
    own: () => scene,
    network: {
      namespace: metadata.namespace ?? 'default',
      lookUp: (need) => scene.world.lookUp(need),
      podAt: (ip) => scene.world.podAt(ip),
    },
  };
}
