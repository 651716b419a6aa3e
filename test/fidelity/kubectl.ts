import { execFile } from 'node:child_process';
import type { Side } from './side.js';

/** @returns a way to run kubectl against one cluster */
export function kubectlWith(program: string, kubeconfig: string): Side['kubectl'] {
  return async (args) => {
    const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
    execFile(program, ['--kubeconfig', kubeconfig, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    return promise;
  };
}
