import { KindProvider } from '@kubedan/clusters';
import type { Docker } from '@kubedan/docker';
import type { Image } from '@kubedan/images';
import type { KubeClient } from '@kubedan/kube';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { kindMachine } from '../support/kind.js';

const run = promisify(execFile);

/** Image of a program that tries to connect to the addresses of its arguments. */
export const dialImage = 'registry.example/dial:1';
export const images = { [dialImage]: {} };

/** A provider of real clusters, in a folder of its own. */
export interface RealHost extends AsyncDisposable {
  dir: string;
  docker: Docker;
  provider: KindProvider;
  /** Another one with the same folder, as after a restart of the server, or with another folder. */
  again(dir?: string): KindProvider;
}

export async function realHost(): Promise<RealHost> {
  const { docker, binary, image } = await kindMachine();
  const dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
  const dial = path.join(dir, 'dial');
  await run('go', ['build', '-o', dial, '.'], {
    cwd: path.join(import.meta.dirname, 'dial'),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOWORK: 'off' },
  });
  const layer = [{ path: 'dial', file: dial, mode: 0o755 }];
  const imageOf = (reference: string): Image => ({
    references: [reference],
    layers: [layer],
    config: { Entrypoint: ['/dial'] },
  });
  const made: KindProvider[] = [];
  const again = (folder = path.join(dir, 'k')): KindProvider => {
    const provider = new KindProvider({
      dir: folder,
      docker,
      program: async () => binary,
      images: async (catalogue) => Object.keys(catalogue).map(imageOf),
      image,
      limits: { memoryBytes: 2 * 2 ** 30, cpus: 2, pids: 2_048 },
    });
    made.push(provider);
    return provider;
  };
  const provider = again();
  await provider.prepare();
  return {
    dir,
    docker,
    provider,
    again,
    async [Symbol.asyncDispose]() {
      for (const one of made) {
        for (const { id } of await one.list()) await one.destroy(id);
        await one[Symbol.asyncDispose]();
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Pod = {
  status?: { phase?: string; containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[] };
};

/** Resolves when a pod is as wanted. */
export async function untilPod(
  client: KubeClient,
  ref: { namespace: string; name: string },
  isWanted: (pod: Pod) => boolean,
  signal: AbortSignal,
): Promise<Pod> {
  const query = { apiVersion: 'v1', kind: 'Pod', namespace: ref.namespace, fieldSelector: `metadata.name=${ref.name}` };
  const { items, resourceVersion } = await client.list<Pod>(query, { signal });
  if (items[0] !== undefined && isWanted(items[0])) return items[0];
  for await (const { object } of client.watch({ ...query, resourceVersion }, { signal })) {
    if (isWanted(object as Pod)) return object as Pod;
  }
  throw new Error(`the watch of ${ref.name} ended`);
}

/**
 * Tries to connect from a pod of a learner's.
 * @returns for each address whether that went well
 */
export async function dialFromPod(
  client: KubeClient,
  name: string,
  addresses: readonly string[],
  signal: AbortSignal,
  namespace = 'default',
): Promise<Record<string, boolean>> {
  await client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { restartPolicy: 'Never', containers: [{ name: 'dial', image: dialImage, args: [...addresses] }] },
  });
  await untilPod(client, { namespace, name }, ({ status }) => status?.phase === 'Succeeded', signal);
  const { body } = await client.request('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`, undefined, {
    signal,
  });
  const lines = String(body).trim().split('\n');
  const seen = Object.fromEntries(lines.map((line) => line.split(' ')).map(([address = '', what]) => [address, what]));
  return Object.fromEntries(addresses.map((address) => [address, seen[address] === 'open']));
}
