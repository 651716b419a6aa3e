import type { WorldMark } from '@kubedan/contracts';

/** @returns a change as kubectl would name it: `patch deployments/shop`, with ×2 when it was done twice */
export function markText({ verb, resource, name, count }: WorldMark): string {
  const [kind = '', subresource] = resource.split('/');
  const what = name === '' ? kind : `${kind}/${name}`;
  const part = subresource === undefined ? '' : ` (${subresource})`;
  return `${verb === 'deletecollection' ? 'delete --all' : verb} ${what}${part}${count > 1 ? ` ×${count}` : ''}`;
}
