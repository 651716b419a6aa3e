// Puts the node image together: Debian's root file system, our files and programs, the images of a cluster's components.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { etcdVersion, findPrograms, kubernetesVersion, programs as known } from '@kubedan/binaries';
import { writeArchive } from '@kubedan/images';
import { step } from '../bootstrap/console.mjs';
import { componentImages } from './component-images.mjs';
import { goProgram, hashOfProgram } from './programs.mjs';
import { rootFileSystem } from './root-file-system.mjs';
import { localPathProvisionerVersion, metricsServerVersion } from './versions.mjs';

const call = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const kubernetesModule = path.join(here, '../../libs/binaries/go/kubernetes');
const ours = (name) => path.join(here, 'go', name);

const kubernetesProgram = (name) => ({
  name,
  module: kubernetesModule,
  package: `k8s.io/kubernetes/cmd/${name}`,
  stamps: known.kubectl.build.stamps,
});
const goPrograms = [
  kubernetesProgram('kubelet'),
  kubernetesProgram('kubeadm'),
  kubernetesProgram('kube-proxy'),
  { name: 'node-network', module: ours('node-network'), package: '.' },
  { name: 'coredns', module: ours('coredns'), package: '.' },
  {
    name: 'metrics-server',
    module: ours('metrics-server'),
    package: 'sigs.k8s.io/metrics-server/cmd/metrics-server',
    stamps: { 'sigs.k8s.io/metrics-server/pkg/version.gitVersion': metricsServerVersion },
  },
  {
    name: 'local-path-provisioner',
    module: ours('local-path-provisioner'),
    package: 'github.com/rancher/local-path-provisioner',
    stamps: { 'main.VERSION': localPathProvisionerVersion },
  },
];
const planePrograms = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];

/** Files of the node by their place in it; the wrapper of runc is the one that our own Docker daemon uses. */
async function nodeFiles() {
  const folder = path.join(here, 'files');
  const names = (await readdir(folder, { recursive: true })).sort();
  const found = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const { mode } = await stat(file);
    if ((await stat(file)).isFile()) found.push({ path: name, file, mode: mode & 0o111 ? 0o755 : 0o644 });
  }
  const wrapper = path.join(here, '../docker/runc-without-sys-resource');
  return [...found, { path: 'usr/local/bin/runc-without-sys-resource', file: wrapper, mode: 0o755 }];
}

/** @returns {Promise<string>} name of the image that these sources make: the same sources, the same name */
export async function nodeImageTag() {
  const hash = createHash('sha256').update(JSON.stringify([kubernetesVersion, etcdVersion, process.arch]));
  for (const program of goPrograms) hash.update(`${program.name} ${await hashOfProgram(program)}\n`);
  for (const { path: name, file, mode } of await nodeFiles())
    hash.update(`${name} ${mode}\n`).update(await readFile(file));
  for (const name of [
    'build.mjs',
    'component-images.mjs',
    'preload.sh',
    'programs.mjs',
    'root-file-system.mjs',
    'versions.mjs',
  ])
    hash.update(await readFile(path.join(here, name)));
  return `kubedan/node:${kubernetesVersion}-${hash.digest('hex').slice(0, 12)}`;
}

/**
 * Builds the node image into the Docker of `env`, unless it has it.
 * @param {{ cache: string, env: NodeJS.ProcessEnv }} options cache: folder of Kubedan's cache
 * @returns {Promise<string>} its tag
 */
export async function buildNodeImage({ cache, env }) {
  const tag = await nodeImageTag();
  const docker = (...args) => call('docker', args, { env, maxBuffer: 1 << 26 });
  const there = await docker('image', 'inspect', '--format', '{{.Id}}', tag).then(
    () => true,
    () => false,
  );
  if (there) {
    await docker('tag', tag, 'kubedan/node:latest');
    return tag;
  }
  const folder = path.join(cache, 'node-image');
  await mkdir(folder, { recursive: true });
  const base = await step('Node image: the root file system, from Debian packages', () => rootFileSystem(folder));
  const programs = await step('Node image: the programs of a control plane', () =>
    findPrograms(planePrograms, { cacheDir: cache }),
  );
  for (const program of goPrograms) {
    programs[program.name] = await step(`Node image: ${program.name}, from its Go module`, () =>
      goProgram(program, path.join(folder, 'programs')),
    );
  }
  const work = await mkdtemp(path.join(folder, '.work-'));
  const bare = `kubedan/node:bare-${process.pid}`;
  try {
    const root = path.join(work, 'root');
    const images = path.join(work, 'images.tar');
    await step('Node image: the images of the components', async () => {
      await mkdir(root);
      await call('tar', ['-xf', base, '-C', root]);
      await writeArchive(await componentImages({ programs, root, kubernetesVersion }), images);
    });
    const overlay = await ourLayer(programs);
    const config = {
      Entrypoint: ['/usr/local/bin/entrypoint', '/sbin/init'],
      Env: ['container=docker', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      StopSignal: 'SIGRTMIN+3',
      Labels: { 'dev.kubedan.node-image': kubernetesVersion },
    };
    const archive = path.join(work, 'image.tar');
    const load = async (name, layers) => {
      await writeArchive([{ references: [name], layers, config }], archive);
      await docker('load', '--quiet', '--input', archive);
      await rm(archive);
    };
    const preloaded = path.join(work, 'preloaded.tar');
    await step('Node image: unpacking those images where containerd looks for them', async () => {
      await load(bare, [{ tar: base }, overlay]);
      await docker(
        'run',
        '--rm',
        '--privileged',
        '--network=none',
        `--volume=${work}:/work`,
        `--volume=${here}/preload.sh:/preload.sh:ro`,
        '--entrypoint=/bin/bash',
        bare,
        '/preload.sh',
        '/work/images.tar',
        '/work/preloaded.tar',
      );
    });
    await step('Node image: putting it together', () => load(tag, [{ tar: base }, overlay, { tar: preloaded }]));
    await docker('tag', tag, 'kubedan/node:latest');
    // A gigabyte each: those of older sources go, unless a cluster still runs on them.
    const { stdout } = await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', 'kubedan/node');
    for (const old of stdout.split('\n').filter((name) => name.includes(`:${kubernetesVersion}-`) && name !== tag))
      await docker('image', 'rm', old).catch(() => {});
    return tag;
  } finally {
    await docker('image', 'rm', '--force', bare).catch(() => {});
    await rm(work, { recursive: true, force: true });
  }
}

async function ourLayer(programs) {
  const wants = 'etc/systemd/system/multi-user.target.wants';
  const binary = (to, name) => ({ path: to, mode: 0o755, file: programs[name] });
  return [
    ...(await nodeFiles()),
    binary('usr/bin/kubelet', 'kubelet'),
    binary('usr/bin/kubeadm', 'kubeadm'),
    binary('usr/bin/kubectl', 'kubectl'),
    binary('usr/local/bin/node-network', 'node-network'),
    ...['containerd', 'kubelet', 'node-network'].map((unit) => ({
      path: `${wants}/${unit}.service`,
      link:
        unit === 'containerd' ? '/usr/lib/systemd/system/containerd.service' : `/etc/systemd/system/${unit}.service`,
    })),
    // kind reads the version here.
    { path: 'kind/version', content: kubernetesVersion },
    { path: 'etc/kubernetes/manifests', directory: true },
    { path: 'etc/crictl.yaml', content: 'runtime-endpoint: unix:///run/containerd/containerd.sock\n' },
  ];
}
