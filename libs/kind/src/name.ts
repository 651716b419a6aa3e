import { KindInvalidError } from './errors.js';
import type { KindConfig } from './config.js';

/** Characters of a host name (Linux allows 64, DNS 63), which each node's container gets for its name. */
const longestHostName = 63;

/** @returns the names that kind will give a cluster's containers, in the order of its nodes, a load balancer last */
export function nodeNames(cluster: string, { nodes = [{}] }: KindConfig): string[] {
  const counts = new Map<string, number>();
  const named = (role: string) => {
    const count = (counts.get(role) ?? 0) + 1;
    counts.set(role, count);
    return `${cluster}-${role}${count === 1 ? '' : count}`;
  };
  const names = nodes.map(({ role = 'control-plane' }) => named(role));
  return (counts.get('control-plane') ?? 0) > 1 ? [...names, named('external-load-balancer')] : names;
}

/**
 * A name is what Docker and DNS take at both ends of a node's name: lower-case letters, digits, dots and dashes, with a letter
 * or a digit first and last.
 * @throws KindInvalidError
 */
export function checkName(name: string): void {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) {
    throw new KindInvalidError([
      {
        path: 'name',
        message: `"${name}" is no name for a cluster: lower-case letters, digits, dots and dashes, a letter or a digit first and last`,
      },
    ]);
  }
}

/** @throws KindInvalidError where a node's name would be longer than a host name may be */
export function checkNodeNames(cluster: string, config: KindConfig): void {
  const longest = nodeNames(cluster, config).reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest.length <= longestHostName) return;
  throw new KindInvalidError([
    {
      path: 'name',
      message: `"${cluster}" is too long: the node ${longest} would have ${longest.length} characters, and a host name has ${longestHostName} at most`,
    },
  ]);
}
