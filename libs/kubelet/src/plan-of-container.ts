import { type ImageBehaviour, quantityOf } from '@kubedan/contracts';
import { expand } from './environment.js';
import { planOfImage, type Plan, type Surroundings } from './plan.js';
import type { Container } from './pod-types.js';
import { isKnownCommand } from './shell/commands.js';
import type { ShellWorld } from './shell/shell-world.js';
import { ScriptPlan } from './shell/script-plan.js';

/** What a container will do: its command when that is one the world understands, else what its image does. */
export function planOfContainer(
  behaviour: ImageBehaviour,
  container: Container,
  around: Surroundings,
  world: Omit<ShellWorld, 'memoryLimit'>,
): Plan {
  const argv = argvOf(behaviour, container, around.env);
  const image = () => planOfImage(behaviour, container, around);
  if (!argv) return image();
  const memoryLimit = quantityOf(container.resources?.limits?.['memory']);
  const handOver = () => (hasProgram(behaviour) ? image() : undefined);
  return new ScriptPlan(argv, around, { ...world, memoryLimit }, container.workingDir, handOver);
}

/** Whether an image has a program of its own: one that does nothing of its own has none that a script could lead to. */
export const hasProgram = (behaviour: ImageBehaviour | undefined): boolean =>
  behaviour !== undefined && Object.keys(behaviour).some((field) => field !== 'pullsIn');

/** @returns the program that a container is to run and its image does not have, so that it cannot be started */
export function missingProgram(
  behaviour: ImageBehaviour,
  container: Container,
  around: Surroundings,
): string | undefined {
  const words = container.command?.length ? container.command : (container.args ?? []);
  if (!words[0] || hasProgram(behaviour)) return undefined;
  const program = expand(words[0], around.env);
  return isKnownCommand(program) || around.files.has(program) ? undefined : program;
}

/** @returns the command line that replaces the image's own, when the world can play it */
export function argvOf(
  behaviour: ImageBehaviour,
  container: Container,
  env: ReadonlyMap<string, string>,
): string[] | undefined {
  const command = container.command?.length ? container.command : undefined;
  // Arguments alone go to the image's program; an image without one takes them for the command, as busybox does.
  const own = behaviour.serves !== undefined || behaviour.exits !== undefined;
  const argv = command ? [...command, ...(container.args ?? [])] : own ? undefined : container.args;
  if (!argv?.length || !isKnownCommand(argv[0] ?? '')) return undefined;
  return argv.map((word) => expand(word, env));
}
