import type { PodPicture } from '@kubedan/contracts';

/** The hash of a ReplicaSet and the five characters that a controller adds to a pod's name. */
const added = /^(.+?)-[a-z0-9]{8,10}-([a-z0-9]{5})$/;

/** @returns a name that fits on a stone: `web-6f68d497c6-2mfbj` of a Deployment reads `web 2mfbj`, others stay as they are */
export function shortName({ name }: Pick<PodPicture, 'name'>): string {
  const [, base, own] = added.exec(name) ?? [];
  return base === undefined ? name : `${base} ${own}`;
}
