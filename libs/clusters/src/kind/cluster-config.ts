import type { KindConfig } from '@kubedan/kind';
import path from 'node:path';
import { apiServerArguments, auditMount, configMount } from './api-server-files.js';
import { labNodes } from '../lab-nodes.js';
import { podRange, serviceRange } from './barrier.js';
import type { ClusterFiles } from './cluster-files.js';
import { nodeMount, nodeUnits } from './node-files.js';

/**
 * @param options.nodes 1 to 10; the first is the control plane as well, so that a lab has as many as it asks for
 * @param options.port of the API server on 127.0.0.1
 * @returns what kind is to make
 */
export function clusterConfig({
  nodes,
  port,
  files,
}: {
  nodes: number;
  port: number;
  files: ClusterFiles;
}): KindConfig {
  // Where it is alone, kind takes the control plane's taint away, and fails when there is none.
  const taints = nodes === 1 ? {} : { taints: [] };
  return {
    networking: {
      ipFamily: 'ipv4' as const,
      apiServerAddress: '127.0.0.1',
      apiServerPort: port,
      podSubnet: podRange,
      serviceSubnet: serviceRange,
    },
    kubeadmConfigPatches: [
      JSON.stringify({
        kind: 'ClusterConfiguration',
        apiServer: {
          extraArgs: apiServerArguments,
          extraVolumes: [
            { name: 'kubedan', hostPath: configMount, mountPath: configMount, readOnly: true, pathType: 'Directory' },
            { name: 'kubedan-audit', hostPath: auditMount, mountPath: auditMount, pathType: 'Directory' },
          ],
        },
        // A crash of the machine may lose a cluster; a crash or a stop of any container does not.
        etcd: { local: { extraArgs: { 'unsafe-no-fsync': 'true' } } },
        // There is one of each: waiting for a lease would keep the node from its range of pods, and so from being Ready.
        controllerManager: { extraArgs: { 'leader-elect': 'false' } },
        scheduler: { extraArgs: { 'leader-elect': 'false' } },
      }),
    ],
    nodes: labNodes(nodes).map(({ name, zone }, index) => ({
      role: index === 0 ? 'control-plane' : 'worker',
      labels: { 'topology.kubernetes.io/zone': zone },
      // Containers are named by kind, nodes by us: labs call them by these names.
      kubeadmConfigPatches: ['InitConfiguration', 'JoinConfiguration'].map((kind) =>
        JSON.stringify({ kind, nodeRegistration: { name, ...taints } }),
      ),
      extraMounts: [
        { hostPath: files.node, containerPath: nodeMount, readOnly: true },
        ...Object.keys(nodeUnits).map((unit) => ({
          hostPath: path.join(files.units, unit),
          containerPath: `/etc/systemd/system/${unit}`,
          readOnly: true,
        })),
        { hostPath: files.registries, containerPath: '/etc/containerd/certs.d', readOnly: true },
        ...(index === 0
          ? [
              { hostPath: files.apiServer, containerPath: configMount, readOnly: true },
              { hostPath: files.audit, containerPath: auditMount },
            ]
          : []),
      ],
    })),
  };
}
