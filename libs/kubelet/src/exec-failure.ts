import { createHash } from 'node:crypto';

/** What the container runtime says of a command that cannot be started in a container. */
export function execFailure(program: string): string {
  const id = createHash('sha256').update(program).digest('hex');
  return `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": ${missingWhy(program)}: unknown`;
}
/** As the kubelet is told of it by the runtime's interface. */
export const rpcFailure = (program: string) => `rpc error: code = Unknown desc = ${execFailure(program)}`;

/** Why a program cannot be run: names are looked up in $PATH, paths are not. */
export const missingWhy = (program: string) =>
  program.includes('/') ? `stat ${program}: no such file or directory` : 'executable file not found in $PATH';

/** What the container runtime says of a container whose program cannot be started. */
export const startFailure = (program: string) =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": ${missingWhy(program)}: unknown`;
