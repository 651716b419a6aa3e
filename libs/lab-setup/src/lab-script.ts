import { kubeconfigOf, type KubeCredentials } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import { sandboxApiPort, type SandboxHost } from '@kubedan/shell';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** ms that one script may take. */
const limit = 120_000;

/** A script of the lab ended with an error or too late; the message holds its last words. */
export class LabScriptError extends Error {
  override readonly name = 'LabScriptError';
}

export interface ScriptPlace {
  host: SandboxHost;
  /** A folder of the caller's own, made if missing: where the lab's files, bound to the seed, are laid out for the script. */
  scratch: string;
  /** The script's home; without one it has an empty one, which goes with it. */
  workspace?: string;
  apiSocketPath: string;
  /** As whom the script speaks to the cluster. */
  credentials: KubeCredentials;
  signal: AbortSignal;
}

/**
 * Runs one of a lab's scripts where learners' shells run, with the lab's folder at /lab: a lab may come from anybody.
 * @param file its path in the lab's folder
 * @throws LabScriptError; the signal's reason when it aborts; what SandboxHost.runScript throws
 */
export async function runLabScript(bound: BoundLab, file: string, place: ScriptPlace): Promise<void> {
  await mkdir(place.scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(path.join(place.scratch, 's-'));
  try {
    const lab = path.join(folder, 'lab');
    for (const name of bound.lab.files.keys()) {
      const target = path.join(lab, name);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, bound.script(name), { mode: 0o755 });
    }
    const { namespace } = bound.document.spec;
    const { exitCode, output, timedOut } = await place.host.runScript({
      workspace: place.workspace ?? path.join(folder, 'home'),
      apiSocketPath: place.apiSocketPath,
      kubeconfig: kubeconfigOf(place.credentials, {
        server: `https://127.0.0.1:${sandboxApiPort}`,
        ...(namespace === undefined ? {} : { namespace }),
      }),
      mounts: [{ host: lab, inside: '/lab' }],
      script: `/lab/${file}`,
      timeoutMs: limit,
      signal: place.signal,
    });
    if (timedOut) throw new LabScriptError(`${file} took longer than ${limit / 1000} s: ${lastWords(output)}`);
    if (exitCode !== 0) throw new LabScriptError(`${file} ended with status ${exitCode}: ${lastWords(output)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastWords(output: string): string {
  return output.trim().split('\n').slice(-6).join(' | ').slice(-600);
}
