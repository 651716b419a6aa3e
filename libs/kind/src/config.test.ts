import { describe, expect, it } from 'vitest';
import { type KindConfig, kindConfigSchema } from './config.js';
import { KindInvalidError } from './errors.js';
import { checkNodeNames, nodeNames } from './name.js';

const issuesOf = (config: unknown) =>
  kindConfigSchema.safeParse(config).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the configuration of a cluster', () => {
  it('may be empty, and is completed with its kind and version', () => {
    expect(kindConfigSchema.parse({})).toEqual({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4' });
  });

  it('may have all that v1alpha4 has', () => {
    const config: KindConfig = {
      nodes: [
        {
          role: 'control-plane',
          image: 'kindest/node:v1.35.4',
          labels: { tier: 'front', 'example.com/zone': '', 'kubedan.dev/x_y': 'a.b-c' },
          extraMounts: [
            {
              hostPath: '/var/log/audit',
              containerPath: '/audit',
              readOnly: false,
              selinuxRelabel: false,
              propagation: 'None',
            },
          ],
          extraPortMappings: [
            { containerPort: 80, hostPort: 8080, listenAddress: '127.0.0.1', protocol: 'TCP' },
            { containerPort: 81, hostPort: 8080, listenAddress: '127.0.0.2' },
            { containerPort: 82, hostPort: 8080, listenAddress: '127.0.0.1', protocol: 'UDP' },
            { containerPort: 83 },
            { containerPort: 84 },
          ],
          kubeadmConfigPatches: ['kind: InitConfiguration'],
          kubeadmConfigPatchesJSON6902: [
            { group: 'kubeadm.k8s.io', version: 'v1beta3', kind: 'ClusterConfiguration', patch: '[]' },
          ],
        },
        { role: 'worker' },
      ],
      networking: {
        ipFamily: 'dual',
        apiServerPort: 0,
        apiServerAddress: '127.0.0.1',
        podSubnet: '10.244.0.0/16,fd00:10:244::/56',
        serviceSubnet: '10.96.0.0/16',
        disableDefaultCNI: true,
        kubeProxyMode: 'nftables',
        dnsSearch: [],
      },
      featureGates: { KubeletInUserNamespace: true },
      runtimeConfig: { 'api/alpha': 'false' },
      kubeadmConfigPatches: [],
      kubeadmConfigPatchesJSON6902: [],
      containerdConfigPatches: [],
      containerdConfigPatchesJSON6902: [],
    };
    expect(kindConfigSchema.parse(config)).toMatchObject(config);
  });

  it.each([
    [{ node: [] }, 'Unrecognized key: "node"'],
    [{ name: 'x' }, 'Unrecognized key: "name"'],
    [{ nodes: [{ roles: 'worker' }] }, 'nodes.0: Unrecognized key: "roles"'],
    [{ apiVersion: 'kind.x-k8s.io/v1alpha3' }, 'apiVersion: '],
    [{ nodes: [] }, 'nodes: '],
    [{ nodes: [{ role: 'worker' }] }, 'nodes: at least one node has to be a control-plane'],
    [{ nodes: [{ role: 'etcd' }] }, 'nodes.0.role: '],
    [{ nodes: [{ labels: { 'a b': 'c' } }] }, 'nodes.0.labels.a b: '],
    [{ nodes: [{ labels: { 'example.com/tier': 'front end' } }] }, 'nodes.0.labels.example.com/tier: a label’s value'],
    [{ nodes: [{ extraMounts: [{ hostPath: 'relative', containerPath: '/x' }] }] }, 'nodes.0.extraMounts.0.hostPath: '],
    [{ nodes: [{ extraPortMappings: [{ containerPort: 70_000 }] }] }, 'nodes.0.extraPortMappings.0.containerPort: '],
    [{ networking: { apiServerPort: -2 } }, 'networking.apiServerPort: '],
    [{ networking: { apiServerAddress: 'localhost' } }, 'networking.apiServerAddress: '],
    [{ networking: { podSubnet: '10.244.0.0' } }, 'networking.podSubnet: "10.244.0.0" is no block'],
    [{ networking: { podSubnet: '10.244.0.0/33' } }, 'networking.podSubnet: '],
    [{ networking: { podSubnet: 'fd00::/56' } }, 'networking.podSubnet: the block has to be ipv4'],
    [{ networking: { serviceSubnet: '10.0.0.0/16,10.1.0.0/16' } }, 'networking.serviceSubnet: ipv4 takes one block'],
    [
      { networking: { ipFamily: 'dual', podSubnet: '10.0.0.0/16,10.1.0.0/16' } },
      'networking.podSubnet: dual takes one block of each family',
    ],
    [{ featureGates: { X: 'true' } }, 'featureGates.X: '],
  ])('%j is refused: %s', (config, issue) => {
    expect(issuesOf(config).join('\n')).toContain(issue);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    [undefined, '127.0.0.1'],
    ['127.0.0.1', '::'],
    [undefined, undefined],
  ])('does not map one port of the host twice (%s, %s)', (first, second) => {
    const mapping = (listenAddress: string | undefined) => ({
      containerPort: 80,
      hostPort: 8080,
      ...(listenAddress === undefined ? {} : { listenAddress }),
    });
    expect(issuesOf({ nodes: [{ extraPortMappings: [mapping(first), mapping(second)] }] })).toEqual([
      'nodes.0.extraPortMappings.1.hostPort: port 8080 of the host is mapped twice',
    ]);
  });

  it('tells which containers a cluster will have', () => {
    expect(nodeNames('x', {})).toEqual(['x-control-plane']);
    const roles = (...list: ('control-plane' | 'worker')[]) => ({ nodes: list.map((role) => ({ role })) });
    expect(nodeNames('x', roles('control-plane', 'worker', 'worker', 'worker'))).toEqual([
      'x-control-plane',
      'x-worker',
      'x-worker2',
      'x-worker3',
    ]);
    expect(nodeNames('x', roles('control-plane', 'control-plane'))).toEqual([
      'x-control-plane',
      'x-control-plane2',
      'x-external-load-balancer',
    ]);
  });

  it('refuses a name that is too long for a host’s, by the longest of its nodes', () => {
    const two = { nodes: [{}, {}] };
    expect(() => checkNodeNames('a'.repeat(49), {})).not.toThrow();
    expect(() => checkNodeNames('a'.repeat(50), {})).toThrow(KindInvalidError);
    expect(() => checkNodeNames('a'.repeat(49), two)).toThrow('external-load-balancer would have 72 characters');
  });
});
