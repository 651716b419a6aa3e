import type { Reachable } from './answering-pod.js';
import type { Container } from './pod-types.js';

/** Go's words for a port that nobody listens on. */
export const refusedAt = (target: string) => `dial tcp ${target}: connect: connection refused`;
/** @returns what listens on a port of a pod by now */
export const listener = (all: readonly Reachable[], port: number, now: number) =>
  all.find((one) => one.plan.port === port && now - one.startedAt >= one.plan.servesFrom);

/** @returns the status that a port of the pod answers a path with, or why there is no answer in the words of Go's client */
export function httpAnswer(
  all: readonly Reachable[],
  { host, port, path, scheme }: { host: string; port: number; path: string | undefined; scheme: string | undefined },
  now: number,
): { status: number; failure?: string } {
  const target = `${host}:${port}`;
  const server = listener(all, port, now);
  if (server) return { status: statusOf(server, pathOf(path), now) };
  return {
    status: 0,
    failure: `Get "${(scheme ?? 'HTTP').toLowerCase()}://${target}${pathOf(path)}": ${refusedAt(target)}`,
  };
}

/** The answer of a container's port to a path. */
export function statusOf(server: Reachable, path: string, now: number): number {
  const { plan, startedAt } = server;
  if (plan.unhealthyFrom !== undefined && now - startedAt >= plan.unhealthyFrom) return 500;
  return !plan.paths || plan.paths.includes(path.split('?')[0] ?? '/') ? 200 : 404;
}

export function portOf(port: number | string, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find((one) => one.name === port);
  return named?.containerPort ?? (Number(port) || 0);
}

export const pathOf = (path: string | undefined) => (path ? (path.startsWith('/') ? path : `/${path}`) : '/');
