import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the answer is yes. @throws the signal's reason */
export async function until(check: () => Promise<boolean>, everyMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await check()) return;
    await delay(everyMs, undefined, { signal });
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** @returns whether somebody listens on a TCP port of 127.0.0.1 */
export async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * /readyz without two start-up hooks that poll once a second for what a copied etcd already holds, the system's roles and
 * priority classes.
 */
export const readyPathOfClone =
  '/readyz?exclude=poststarthook/scheduling/bootstrap-system-priority-classes&exclude=poststarthook/rbac/bootstrap-roles';
