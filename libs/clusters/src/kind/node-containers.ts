import type { Container, Docker } from '@kubedan/docker';
import { clusterLabel } from '@kubedan/kind';
import { apiServiceAddress } from './barrier.js';
import type { Installation } from './names.js';

/** Labels of a cluster's network, by which an installation finds its own. */
export const networkLabels = { installation: 'dev.kubedan.installation', cluster: 'dev.kubedan.cluster' };

/**
 * A node's processes end all at once: nothing of them is seen ending, and what is written is in the page cache, which stays.
 */
const graceSeconds = 0;

/**
 * A node is Ready before kube-proxy has laid the ways to Services, and nothing in the API tells when they are there. Ends when
 * the API server's own is, which is written together with all others; after two minutes with status 1.
 */
const servicesReach = `for turn in $(seq 1200); do
  iptables -t nat -S KUBE-SERVICES 2>/dev/null | grep -q '${apiServiceAddress}/32' && exit 0
  sleep 0.1
done
exit 1`;

/** The containers and networks of one installation's clusters. */
export class NodeContainers {
  constructor(
    readonly docker: Docker,
    private readonly installation: Installation,
  ) {}

  /** @returns the containers of a cluster, in the order of their names */
  async of(name: string, signal?: AbortSignal): Promise<Container[]> {
    const containers = await this.docker.listContainers({
      labels: { [clusterLabel]: name },
      all: true,
      ...(signal === undefined ? {} : { signal }),
    });
    return containers.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @returns ids of all clusters of this installation of which anything is there */
  async ids(): Promise<Set<string>> {
    const [containers, networks] = await Promise.all([
      this.docker.listContainers({ labels: { [clusterLabel]: true }, all: true }),
      this.docker.listNetworks({ labels: { [networkLabels.installation]: this.installation.prefix } }),
    ]);
    const names = [...containers.map(({ labels }) => labels[clusterLabel]), ...networks.map(({ name }) => name)];
    return new Set(names.flatMap((name) => this.installation.idOf(name ?? '') ?? []));
  }

  /**
   * Resolves when pods on every node of a cluster reach its Services.
   * @throws Error naming the node where they never do; what Docker says; the signal's reason
   */
  async untilServicesReach(name: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const nodes = await this.of(name, signal);
    await Promise.all(
      nodes.map(async (node) => {
        const { exitCode } = await this.docker.exec(node.name, ['sh', '-c', servicesReach], { timeoutMs, signal });
        if (exitCode !== 0) throw new Error(`kube-proxy on ${node.name} has laid no way to Services.`);
      }),
    );
  }

  /**
   * Makes every node of a cluster pull these images anew when they are asked for again.
   * @param images with host and tag; those that a node never pulled are passed over
   * @throws what Docker says; the signal's reason
   */
  async forgetImages(name: string, images: readonly string[], signal: AbortSignal): Promise<void> {
    const nodes = await this.of(name, signal);
    await Promise.all(
      nodes.map(async (node) => {
        const { exitCode, stderr } = await this.docker.exec(
          node.name,
          ['ctr', '--namespace', 'k8s.io', 'images', 'rm', '--sync', ...images],
          { signal },
        );
        if (exitCode !== 0) throw new Error(`${node.name} keeps images that are others now: ${stderr.slice(-300)}`);
      }),
    );
  }

  async stop(name: string): Promise<void> {
    const containers = await this.of(name);
    await Promise.all(containers.map((container) => this.docker.stop(container.name, { graceSeconds })));
  }

  /**
   * Starts a cluster's containers with the addresses that they were made with: certificates, etcd and kubelets name them,
   * and Docker gives any free one to whoever starts first.
   * @param addresses by the containers' names
   * @returns when each started, now or earlier, in the order of their names
   */
  async start(name: string, addresses: Readonly<Record<string, string>>): Promise<Date[]> {
    const containers = await this.of(name);
    const wrong = containers.filter((one) => one.status !== 'running' || one.addresses[name] !== addresses[one.name]);
    // All stand still before any moves: two that have swapped their addresses would not let each other in.
    await Promise.all(
      wrong
        .filter(({ status }) => status !== 'exited' && status !== 'created')
        .map((one) => this.docker.stop(one.name, { graceSeconds })),
    );
    for (const { name: container } of wrong) {
      const address = addresses[container];
      if (address !== undefined) await this.docker.fixAddress({ network: name, container, address });
    }
    await Promise.all(wrong.map((one) => this.docker.start(one.name)));
    return (await this.of(name)).map(({ startedAt }) => startedAt ?? new Date(0));
  }

  /** Removes whatever there is of a cluster. */
  async remove(name: string): Promise<void> {
    const containers = await this.of(name);
    await this.docker.remove(containers.map((container) => container.id));
    await this.docker.removeNetwork(name);
  }
}
