import { findPrograms, kindVersion } from '@kubedan/binaries';
import { findNodeImage, officialNodeImage } from '@kubedan/clusters';
import { Docker, type DockerInfo } from '@kubedan/docker';
import type { readConfig } from '@kubedan/server/config';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from './finding.js';

type Config = ReturnType<typeof readConfig>;

/** What one node of a real cluster takes at rest, with its control plane; measured 490 MB. */
const nodeMemory = 0.6e9;
/** Of inotify, what one node takes (measured 26 and 280 with nothing in it), and what else a user's programs want. */
const perNode = { instances: 40, watches: 600 };
const ofOthers = { instances: 60, watches: 8_000 };
/** A host with fewer nodes than this is full soon. */
const wantedNodes = 6;

/** Whether clusters of real nodes can be made here: Docker, kind, an image for nodes, and what the kernel lets them watch. */
export async function realClusters({ storage, clusters }: Config, docker = new Docker()): Promise<Finding[]> {
  const probe = await docker.probe();
  if (!probe.usable) {
    const { happened, remedy } = probe.error;
    return [
      {
        what: 'Docker',
        state: 'limited',
        found: `${happened} Clusters are played instead, which most labs are content with.`,
        remedy: `${remedy} Kubedan itself never installs or starts Docker.`,
      },
    ];
  }
  return [
    dockerOf(probe.info),
    ...(await Promise.all([kind(storage), nodeImage(docker, clusters.KUBEDAN_NODE_IMAGE), inotify()])),
  ].flat();
}

function dockerOf(info: DockerInfo): Finding[] {
  const { serverVersion, clientVersion, cgroupVersion, storageDriver, memoryBytes, cpus, rootless } = info;
  const client = clientVersion === undefined || clientVersion === serverVersion ? '' : `, client ${clientVersion}`;
  const many = Math.floor(memoryBytes / nodeMemory);
  const findings: Finding[] = [
    {
      what: 'Docker',
      state: many >= 1 ? 'good' : 'limited',
      found: `${serverVersion}${client}${rootless ? ', rootless' : ''}, ${storageDriver}, ${(memoryBytes / 1e9).toFixed(1)} GB and ${cpus} processors: about ${many} real nodes`,
      ...(many >= 1 ? {} : { remedy: `Give it more memory: a node takes about ${nodeMemory / 1e9} GB.` }),
    },
  ];
  if (cgroupVersion === 1)
    findings.push({
      what: 'control groups',
      state: 'limited',
      found: 'version 1 under Docker, which Kubernetes is about to give up',
      remedy:
        'Real clusters work with the node image of npm run node-image; others may not. Booting with systemd.unified_cgroup_hierarchy=1 brings version 2.',
    });
  return findings;
}

async function kind({ KUBEDAN_CACHE_DIR, KUBEDAN_BIN_DIR }: Config['storage']): Promise<Finding> {
  try {
    const found = await findPrograms(['kind'], {
      cacheDir: KUBEDAN_CACHE_DIR,
      ...(KUBEDAN_BIN_DIR === undefined ? {} : { explicitDir: KUBEDAN_BIN_DIR }),
      fetch: false,
    });
    return { what: 'kind', state: 'good', found: found.kind };
  } catch {
    return {
      what: 'kind',
      state: 'limited',
      found: `${kindVersion} is not here yet`,
      remedy: 'The first real cluster downloads it, or builds it with Go; kubedan programs --kind does it now.',
    };
  }
}

async function nodeImage(docker: Docker, wanted?: string): Promise<Finding> {
  const image = await findNodeImage(docker, wanted);
  if (image !== undefined) return { what: 'node image', state: 'good', found: image };
  return {
    what: 'node image',
    state: 'limited',
    found: `${wanted ?? 'none'} is ${wanted === undefined ? 'here yet' : 'not here'}, so no real cluster can be made`,
    remedy: `docker pull ${wanted ?? officialNodeImage}, or npm run node-image where its registry cannot be reached.`,
  };
}

async function inotify(): Promise<Finding[]> {
  const limit = async (name: string) =>
    Number(await readFile(path.join('/proc/sys/fs/inotify', name), 'utf8').catch(() => 'NaN'));
  const [instances, watches] = await Promise.all([limit('max_user_instances'), limit('max_user_watches')]);
  // Elsewhere than on Linux Docker has a machine of its own, whose limits are not ours to read.
  if (Number.isNaN(instances) || Number.isNaN(watches)) return [];
  const nodes = Math.max(
    0,
    Math.min(
      Math.floor((instances - ofOthers.instances) / perNode.instances),
      Math.floor((watches - ofOthers.watches) / perNode.watches),
    ),
  );
  const good = nodes >= wantedNodes;
  return [
    {
      what: 'inotify',
      state: good ? 'good' : 'limited',
      found: `${instances} instances and ${watches} watches a user: about ${nodes} real nodes`,
      ...(good ? {} : { remedy: 'sudo sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288' }),
    },
  ];
}
