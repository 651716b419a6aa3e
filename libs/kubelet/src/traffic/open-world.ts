import type { ImageCatalogue, WorldSpec } from '@kubedan/contracts';
import { compileWorld, createWorld, type WorldStart } from '@kubedan/world';
import { fullName } from '../images.js';
import { PlayedWorld } from './played-world.js';

export interface WorldOptions {
  /** spec.world of a lab whose variables are put in. */
  world: WorldSpec;
  images: ImageCatalogue;
  /** The same seed gives the same traffic. */
  seed: string;
  /**
   * Where it was, for a world that is made anew after our own end: profiles, incidents and the bill go on, queues and figures
   * begin at nothing. Absent: the hand-over is still to come.
   */
  start?: WorldStart;
}

/** @throws RangeError for a variable that stands where a number or a duration should */
export function openWorld({ world, images, seed, start }: WorldOptions): PlayedWorld {
  const byFullName = Object.fromEntries(Object.entries(images).map(([name, image]) => [fullName(name), image]));
  const incidents = world.incidents?.map((one) => ({ ...one, on: one.on in images ? fullName(one.on) : one.on }));
  const plan = compileWorld({ ...world, incidents }, byFullName);
  return new PlayedWorld(createWorld(plan, seed, start), plan, { begun: start !== undefined });
}
