import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The programs that every installation runs: embedded clusters and what learners work with. */
export type CoreProgramName =
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl' | 'helm';

/** The programs that Kubedan runs. Each is built from a pinned Go module where it cannot be downloaded; go.sum is the proof. */
export type ProgramName = CoreProgramName | 'kind' | 'workload';

/** Base URLs of the releases, without a slash at the end. */
export interface ReleaseBases {
  kubernetes: string;
  etcd: string;
  helm: string;
  kind: string;
}

export const officialReleases: ReleaseBases = {
  kubernetes: 'https://dl.k8s.io',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
  helm: 'https://get.helm.sh',
  kind: 'https://github.com/kubernetes-sigs/kind/releases/download',
};

/** How a program's official release is laid out below its base URL. */
export interface ReleaseLayout {
  /** Which base URL it hangs below, see ReleaseBases. */
  base: keyof ReleaseBases;
  /** Path of the file below the base; undefined where the project publishes none that is a program or a .tar.gz. */
  file: (os: string, arch: string) => string | undefined;
  /** Path of the published SHA-256: a bare digest, or lines of `<digest>  <file name>`. */
  digest: (os: string, arch: string) => string;
  /** Path of the program inside the file when that is a .tar.gz. */
  member?: (os: string, arch: string) => string;
}

export interface ProgramSource {
  name: ProgramName;
  /** Pinned version, with its `v`. */
  version: string;
  release: ReleaseLayout;
  build: {
    /** Folder below libs/binaries/go that holds go.mod and go.sum. */
    module: 'kubernetes' | 'helm' | 'kind' | 'workload';
    package: string;
    /** Values of Go string variables, stamped by the linker. */
    stamps: Record<string, string>;
  };
  /** Arguments that make it print its version and end with status 0. */
  versionArguments: string[];
  /**
   * Whether a user's own one on the PATH serves as well, by the line that it prints as its version. Undefined: only ours does,
   * as what it is asked to do depends on the very version.
   */
  acceptsOwn?: (versionLine: string) => boolean;
}

export const kubernetesVersion = 'v1.35.4';
export const etcdVersion = 'v3.6.8';
export const helmVersion = 'v4.3.1';
export const kindVersion = 'v0.33.0';

/** Where go.mod, go.sum and our own sources are: beside both src/ and dist/. */
export const goModules = new URL('../go/', import.meta.url);

/** The program is ours: another source is another version. */
function workloadVersion(): string {
  const folder = new URL('workload/', goModules);
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\n`).update(readFileSync(new URL(name, folder)));
  return `v0.1.0-${hash.digest('hex').slice(0, 12)}`;
}

const kubernetesStamps = Object.fromEntries(
  ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
    [`${path}.gitVersion`, kubernetesVersion],
    [`${path}.gitMajor`, '1'],
    [`${path}.gitMinor`, '35'],
    [`${path}.gitTreeState`, 'clean'],
  ]),
);

/** @returns whether the first version in a line is the wanted one or a later one, patches and pre-releases aside */
export function isAtLeastMinor(versionLine: string, wanted: string): boolean {
  const [, major = 0, minor = 0] = /v?(\d+)\.(\d+)\.\d+/.exec(versionLine)?.map(Number) ?? [];
  const [, wantedMajor = 0, wantedMinor = 0] = /v?(\d+)\.(\d+)/.exec(wanted)?.map(Number) ?? [];
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function kubernetesProgram(name: ProgramName, versionArguments: string[] = ['--version']): ProgramSource {
  return {
    name,
    version: kubernetesVersion,
    release: {
      base: 'kubernetes',
      // Server programs are published for Linux alone.
      file: (os, arch) =>
        os === 'linux' || name === 'kubectl' ? `release/${kubernetesVersion}/bin/${os}/${arch}/${name}` : undefined,
      digest: (os, arch) => `release/${kubernetesVersion}/bin/${os}/${arch}/${name}.sha256`,
    },
    build: { module: 'kubernetes', package: `k8s.io/kubernetes/cmd/${name}`, stamps: kubernetesStamps },
    versionArguments,
  };
}

/** What is known of each program. Another tool is one more entry. */
export const programs: Record<ProgramName, ProgramSource> = {
  etcd: {
    name: 'etcd',
    version: etcdVersion,
    release: {
      base: 'etcd',
      file: (os, arch) => (os === 'linux' ? `${etcdVersion}/etcd-${etcdVersion}-${os}-${arch}.tar.gz` : undefined),
      digest: () => `${etcdVersion}/SHA256SUMS`,
      member: (os, arch) => `etcd-${etcdVersion}-${os}-${arch}/etcd`,
    },
    build: { module: 'kubernetes', package: 'go.etcd.io/etcd/server/v3', stamps: {} },
    versionArguments: ['--version'],
  },
  'kube-apiserver': kubernetesProgram('kube-apiserver'),
  'kube-controller-manager': kubernetesProgram('kube-controller-manager'),
  'kube-scheduler': kubernetesProgram('kube-scheduler'),
  kubectl: kubernetesProgram('kubectl', ['version', '--client']),
  helm: {
    name: 'helm',
    version: helmVersion,
    release: {
      base: 'helm',
      file: (os, arch) => `helm-${helmVersion}-${os}-${arch}.tar.gz`,
      digest: (os, arch) => `helm-${helmVersion}-${os}-${arch}.tar.gz.sha256sum`,
      member: (os, arch) => `${os}-${arch}/helm`,
    },
    build: {
      module: 'helm',
      package: 'helm.sh/helm/v4/cmd/helm',
      stamps: { 'helm.sh/helm/v4/internal/version.version': helmVersion },
    },
    versionArguments: ['version', '--short'],
  },
  kind: {
    name: 'kind',
    version: kindVersion,
    release: {
      base: 'kind',
      file: (os, arch) => `${kindVersion}/kind-${os}-${arch}`,
      digest: (os, arch) => `${kindVersion}/kind-${os}-${arch}.sha256sum`,
    },
    build: { module: 'kind', package: 'sigs.k8s.io/kind', stamps: {} },
    versionArguments: ['version'],
    acceptsOwn: (line) => isAtLeastMinor(line, kindVersion),
  },
  // What containers of labs' images run on real nodes; libs/images makes the images.
  workload: {
    name: 'workload',
    version: workloadVersion(),
    release: { base: 'kubernetes', file: () => undefined, digest: () => '' },
    build: { module: 'workload', package: '.', stamps: {} },
    versionArguments: ['commands'],
  },
};

/** Those that every installation needs. kind and workload are asked for by name, and only where Docker answers. */
export const programNames: readonly CoreProgramName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'helm',
];
