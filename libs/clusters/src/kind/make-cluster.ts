import { KubeClient, type KubeCredentials } from '@kubedan/kube';
import { type ContainerLimits, SubnetTakenError } from '@kubedan/docker';
import { type Kind, type KindStep, PortTakenError } from '@kubedan/kind';
import { CertificateAuthority, learnerGroup, learnerUser, releasePort, reservePort } from '@kubedan/plane';
import { rm } from 'node:fs/promises';
import { accessObjects, setupGroup } from './access.js';
import { clusterConfig } from './cluster-config.js';
import type { ClusterFiles, MadeCluster } from './cluster-files.js';
import { controlPlaneOf } from './names.js';
import { networkLabels, type NodeContainers } from './node-containers.js';
import { pickSubnet } from './networks.js';
import { untilNodesReady } from './waiting.js';

export interface MakeClusterOptions {
  /** kind's name of it, and its network's. */
  name: string;
  id: string;
  installation: string;
  nodes: number;
  image: string;
  limits: ContainerLimits;
  files: ClusterFiles;
  containers: NodeContainers;
  kind: Kind;
  /** Milliseconds that all of it may take. */
  deadlineMs: number;
  now: number;
  onStep: (step: KindStep) => void;
  signal: AbortSignal;
}

/** Others may take a port or addresses at the very moment; so many in a row mean something else. */
const attempts = 20;

/**
 * Makes a kind cluster that is Ready and has its users, roles and policies; nothing of a learner is in it.
 * @throws what Docker, kind and the API server say; then something may be left, for the caller to remove
 */
export async function makeCluster(options: MakeClusterOptions): Promise<MadeCluster> {
  const { name, files, containers } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.deadlineMs)]);
  await files.prepare();
  await makeNetwork(options);
  const port = await createOnFreePort(options);
  const [ca, nodes] = await Promise.all([authorityOf(options), containers.of(name, signal)]);
  const addresses = Object.fromEntries(nodes.map((node) => [node.name, node.addresses[name] ?? '']));
  const made = { port, addresses, ca: ca.cert, users: await usersOf(ca) };
  await Promise.all([
    ...nodes.map((node) => containers.docker.update(node.name, options.limits, signal)),
    furnish(credentialsOf(made).grader, options.nodes, signal),
    containers.untilServicesReach(name, options.deadlineMs, signal),
  ]);
  await files.write(made);
  return made;
}

/** @returns one user for each job; the grader's is the administrator's as well */
export function credentialsOf({ port, ca, users }: MadeCluster) {
  const of = (user: keyof typeof users): KubeCredentials => ({
    server: `https://127.0.0.1:${port}`,
    ca,
    ...users[user],
  });
  return { setup: of('setup'), grader: of('grader'), learner: of('learner') };
}

async function makeNetwork({
  name,
  id,
  installation,
  containers: { docker },
  signal,
}: MakeClusterOptions): Promise<void> {
  const labels = { [networkLabels.installation]: installation, [networkLabels.cluster]: id };
  const taken = new Set((await docker.listNetworks({ signal })).flatMap(({ subnet }) => subnet ?? []));
  for (let attempt = 1; ; attempt++) {
    const subnet = pickSubnet(taken);
    try {
      await docker.createNetwork({ name, subnet, labels }, signal);
      return;
    } catch (error) {
      if (!(error instanceof SubnetTakenError) || attempt === attempts) throw error;
      taken.add(subnet);
    }
  }
}

/** The port is chosen by us, once: one that Docker chooses is another after each start. @returns it */
async function createOnFreePort(options: MakeClusterOptions): Promise<number> {
  const { name, nodes, files, kind, image, deadlineMs, onStep, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const port = await reservePort();
    try {
      await kind.create({
        name,
        config: clusterConfig({ nodes, port, files }),
        image,
        kubeconfigPath: files.kubeconfig,
        deadlineMs,
        // Readiness is watched for below, and by then all else is done.
        waitMs: 0,
        onStep,
        signal,
      });
      // The administrator's; nobody here uses it.
      await rm(files.kubeconfig, { force: true });
      return port;
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === attempts) throw error;
    } finally {
      // From here on Docker holds it, or it is of no use.
      releasePort(port);
    }
  }
}

async function authorityOf({ name, containers, now, signal }: MakeClusterOptions): Promise<CertificateAuthority> {
  const read = async (file: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await containers.docker.exec(
      controlPlaneOf(name),
      ['cat', `/etc/kubernetes/pki/${file}`],
      { signal },
    );
    if (exitCode !== 0) throw new Error(`The cluster's ${file} could not be read: ${stderr.trim()}`);
    return stdout;
  };
  const [cert, key] = await Promise.all([read('ca.crt'), read('ca.key')]);
  return CertificateAuthority.load({ cert, key }, now);
}

async function usersOf(ca: CertificateAuthority): Promise<MadeCluster['users']> {
  const [setup, grader, learner] = await Promise.all([
    ca.issue({ name: 'kubedan:setup', group: setupGroup }),
    ca.issue({ name: 'kubedan:grader', group: 'system:masters' }),
    ca.issue({ name: learnerUser, group: learnerGroup }),
  ]);
  return { setup, grader, learner };
}

async function furnish(credentials: KubeCredentials, nodes: number, signal: AbortSignal): Promise<void> {
  await using client = new KubeClient(credentials, { userAgent: 'kubedan-clusters' });
  await Promise.all([
    ...accessObjects.map((object) => client.apply(object, { fieldManager: 'kubedan', force: true, signal })),
    // kind joins nodes with a token that the whole world knows; whoever has it could join as a node.
    client.request('DELETE', '/api/v1/namespaces/kube-system/secrets/bootstrap-token-abcdef', undefined, { signal }),
    untilNodesReady(client, nodes, signal),
  ]);
}
