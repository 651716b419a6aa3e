import { createHash } from 'node:crypto';
import type { ImageBehaviour, ImageCatalogue } from '@kubedan/contracts';

// The grammar of distribution/reference: [domain/]path[:tag][@digest].
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const domain =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?)';
const grammar = new RegExp(
  `^((?:${domain}/)?${component}(?:/${component})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

export interface ImageReference {
  /** With the registry and `library/` that a short name implies. */
  repository: string;
  tag: string;
  digest?: string;
}

/** @returns the parts of an image reference, or undefined when it is none */
export function parseImage(reference: string): ImageReference | undefined {
  const match = grammar.exec(reference);
  if (!match) return undefined;
  const [, name = '', tag, digest] = match;
  const first = name.split('/')[0] ?? '';
  const hasDomain = name.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const repository = hasDomain ? name : name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
  return { repository, tag: tag ?? (digest ? '' : 'latest'), ...(digest ? { digest } : {}) };
}

/** @returns why a reference cannot be parsed, in the words of distribution/reference; undefined when it can */
export function imageProblem(reference: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(reference))
    return `invalid repository name (${reference}), cannot specify 64-byte hexadecimal strings`;
  const slash = reference.indexOf('/');
  const first = slash < 0 ? '' : reference.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const path = hasDomain ? reference.slice(slash + 1) : slash < 0 ? `library/${reference}` : reference;
  const repository = path.split(':')[0] ?? '';
  if (repository !== repository.toLowerCase())
    return `invalid reference format: repository name (${repository}) must be lowercase`;
  return parseImage(reference) ? undefined : 'invalid reference format';
}

/** @returns the reference in full, as containerd names it: `docker.io/library/nginx:latest` */
export function fullName(reference: string): string {
  const image = parseImage(reference);
  if (!image) return reference;
  return `${image.repository}${image.tag ? `:${image.tag}` : ''}${image.digest ? `@${image.digest}` : ''}`;
}

/** @returns how the image behaves; undefined when the catalogue does not have it, however the name is written */
export function behaviourOf(catalogue: ImageCatalogue, reference: string): ImageBehaviour | undefined {
  const exact = catalogue[reference];
  if (exact) return exact;
  const wanted = fullName(reference);
  for (const [name, behaviour] of Object.entries(catalogue)) if (fullName(name) === wanted) return behaviour;
  return undefined;
}

const hex = (text: string) => createHash('sha256').update(text).digest('hex');

/** @returns the imageID that a kubelet shows: repository and a digest, the same for the same image everywhere */
export function imageId(reference: string): string {
  const image = parseImage(reference);
  return image ? `${image.repository}@${image.digest ?? `sha256:${hex(fullName(reference))}`}` : '';
}

/** @returns bytes of the image, made up but constant: 8 to 72 MB */
export function imageSize(reference: string): number {
  return 8_000_000 + (Number.parseInt(hex(`size ${fullName(reference)}`).slice(0, 8), 16) % 64_000_000);
}

/** @returns a container's ID, the same for the same run */
export function containerId(seed: string, podUid: string, container: string, restarts: number): string {
  return `containerd://${hex(`${seed}/${podUid}/${container}/${restarts}`)}`;
}
