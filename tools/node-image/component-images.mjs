// The images of a cluster's own components, FROM scratch, under the names that kubeadm and the manifests ask for.
import { execFile } from 'node:child_process';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { kubeadmTags, localPathProvisionerVersion, metricsServerVersion } from './versions.mjs';

const call = promisify(execFile);
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * @param {{ programs: Record<string, string>, root: string, kubernetesVersion: string }} input programs by name; root: the
 *   node's root file system, unpacked
 * @returns {Promise<import('@kubedan/images').Image[]>}
 */
export async function componentImages({ programs, root, kubernetesVersion }) {
  /** One static program and a folder for what it writes. */
  const single = (reference, name) => ({
    references: [reference],
    layers: [
      [
        { path: 'tmp', mode: 0o1777, directory: true },
        { path: `usr/local/bin/${name}`, mode: 0o755, file: programs[name] },
      ],
    ],
    config: { Entrypoint: [`/usr/local/bin/${name}`], Env: [PATH] },
  });
  const busybox = path.join(root, 'bin/busybox');
  const applets = (await call(busybox, ['--list'])).stdout.trim().split('\n');
  return [
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => ({
      // Their manifests name the whole command.
      ...single(`registry.k8s.io/${name}:${kubernetesVersion}`, name),
      config: { Env: [PATH] },
    })),
    { ...single(`registry.k8s.io/etcd:${kubeadmTags.etcd}`, 'etcd'), config: { Env: [PATH] } },
    single(`registry.k8s.io/coredns/coredns:${kubeadmTags.coredns}`, 'coredns'),
    single(`docker.io/kubedan/metrics-server:${metricsServerVersion}`, 'metrics-server'),
    single(`docker.io/kubedan/local-path-provisioner:${localPathProvisionerVersion}`, 'local-path-provisioner'),
    {
      references: [`registry.k8s.io/pause:${kubeadmTags.pause}`],
      layers: [[{ path: 'pause', mode: 0o755, file: path.join(root, 'usr/bin/catatonit') }]],
      config: { Entrypoint: ['/pause', '-P'] },
    },
    {
      references: ['docker.io/kubedan/node-tools:1'],
      layers: [
        [
          { path: 'bin/busybox', mode: 0o755, file: busybox },
          ...applets.filter((name) => name !== 'busybox').map((name) => ({ path: `bin/${name}`, link: 'busybox' })),
        ],
      ],
      config: { Cmd: ['sh'], Env: [PATH] },
    },
    {
      references: [`registry.k8s.io/kube-proxy:${kubernetesVersion}`],
      layers: [
        [
          ...(await withLibraries(root, [
            'usr/sbin/xtables-nft-multi',
            'usr/sbin/xtables-legacy-multi',
            'usr/sbin/nft',
            'usr/sbin/conntrack',
          ])),
          ...['iptables', 'ip6tables'].flatMap((program) =>
            ['', '-save', '-restore'].map((suffix) => ({
              path: `usr/sbin/${program}${suffix}`,
              link: 'xtables-nft-multi',
            })),
          ),
          { path: 'usr/local/bin/kube-proxy', mode: 0o755, file: programs['kube-proxy'] },
        ],
      ],
      config: { Env: [PATH] },
    },
  ];
}

/** Entries of programs of the root file system with the libraries and plug-ins that they load. */
async function withLibraries(root, programs) {
  const found = new Map();
  const add = async (relative) => {
    const real = path.relative(root, await realIn(root, relative));
    if (found.has(real)) return;
    found.set(real, { path: real, mode: 0o755, file: path.join(root, real) });
    const { stdout } = await call('chroot', [root, 'ldd', `/${real}`]).catch((error) => error);
    for (const [, library] of (stdout ?? '').matchAll(/(\/\S+) \(0x/g)) {
      const target = path.relative(root, await realIn(root, library.slice(1)));
      await add(target);
      const name = library.slice(1).replace(/^lib/, 'usr/lib');
      // Programs look for a library by its short name, and for the loader where the ABI has it.
      if (name !== target) found.set(name, { path: name, link: `/${target}` });
    }
  };
  for (const program of programs) if (await there(path.join(root, program))) await add(program);
  const plugins = (await readdir(path.join(root, 'usr/lib'), { recursive: true })).filter((name) =>
    /\/xtables\/.*\.so$/.test(name),
  );
  for (const plugin of plugins.sort()) {
    const relative = `usr/lib/${plugin}`;
    const link = await readlink(path.join(root, relative)).catch(() => undefined);
    // Several plug-ins are one file under the names that iptables asks for.
    if (link !== undefined) found.set(relative, { path: relative, link });
    await add(relative);
  }
  return [
    ...['lib', 'lib64', 'bin', 'sbin'].map((name) => ({ path: name, link: `usr/${name}` })),
    ...[...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1)),
  ];
}

/** Follows symbolic links as they are inside of the root file system. */
async function realIn(root, relative) {
  let rest = relative.split('/').filter(Boolean);
  let at = [];
  for (let steps = 0; rest.length > 0; steps++) {
    if (steps > 100) throw new Error(`Too many links: ${relative}`);
    const [part, ...others] = rest;
    rest = others;
    if (part === '..') {
      at.pop();
      continue;
    }
    const here = path.join(root, ...at, part);
    if ((await lstat(here)).isSymbolicLink()) {
      const target = await readlink(here);
      if (target.startsWith('/')) at = [];
      rest = [...target.split('/').filter((one) => one && one !== '.'), ...rest];
    } else at.push(part);
  }
  return path.join(root, ...at);
}

async function there(file) {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
