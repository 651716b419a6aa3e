import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/** -1 leaves the choice to Docker, 0 to kind. */
const port = z.int().min(-1).max(65_535);
/** A label as Kubernetes takes it: the kubelet does not start with another. */
const labelName = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const labels = z.record(
  z.string().regex(labelName, { error: 'this is no name of a label' }),
  z
    .string()
    .regex(labelValue, { error: 'a label’s value has letters, digits, dashes, dots and underscores, 63 at most' }),
);

const mountSchema = z.strictObject({
  containerPath: z.string().startsWith('/'),
  /** kind takes a relative one for relative to where it happens to run: absolute only. */
  hostPath: z.string().startsWith('/'),
  readOnly: z.boolean().optional(),
  selinuxRelabel: z.boolean().optional(),
  propagation: z.enum(['None', 'HostToContainer', 'Bidirectional']).optional(),
});

const portMappingSchema = z.strictObject({
  containerPort: z.int().min(1).max(65_535),
  hostPort: port.optional(),
  listenAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(),
});

const patchSchema = z.strictObject({
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  /** A JSON patch (RFC 6902), as text. */
  patch: z.string(),
});

const nodeSchema = z
  .strictObject({
    role: z.enum(['control-plane', 'worker']).optional(),
    image: z.string().min(1).optional(),
    labels: labels.optional(),
    extraMounts: z.array(mountSchema).optional(),
    extraPortMappings: z.array(portMappingSchema).optional(),
    kubeadmConfigPatches: z.array(z.string()).optional(),
    kubeadmConfigPatchesJSON6902: z.array(patchSchema).optional(),
  })
  .superRefine(({ extraPortMappings = [] }, context) => {
    extraPortMappings.forEach((mapping, index) => {
      const earlier = extraPortMappings.slice(0, index).some((other) => collide(mapping, other));
      if (earlier) {
        context.addIssue({
          code: 'custom',
          path: ['extraPortMappings', index, 'hostPort'],
          message: `port ${mapping.hostPort} of the host is mapped twice`,
        });
      }
    });
  });

const networkingSchema = z
  .strictObject({
    ipFamily: z.enum(['ipv4', 'ipv6', 'dual']).optional(),
    apiServerPort: port.optional(),
    apiServerAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
    /** One block, or two with a comma between for `dual`. */
    podSubnet: z.string().optional(),
    serviceSubnet: z.string().optional(),
    disableDefaultCNI: z.boolean().optional(),
    kubeProxyMode: z.enum(['iptables', 'ipvs', 'nftables', 'none']).optional(),
    dnsSearch: z.array(z.string()).optional(),
  })
  .superRefine(({ ipFamily = 'ipv4', podSubnet, serviceSubnet }, context) => {
    for (const [key, subnet] of Object.entries({ podSubnet, serviceSubnet })) {
      const wrong = subnet === undefined ? undefined : wrongSubnet(subnet, ipFamily);
      if (wrong) context.addIssue({ code: 'custom', path: [key], message: wrong });
    }
  });

/**
 * A cluster's configuration as kind reads it (kind.x-k8s.io/v1alpha4), strictly: a field that is not known is refused rather
 * than left out.
 */
export const kindConfigSchema = z
  .strictObject({
    kind: z.literal('Cluster').default('Cluster'),
    apiVersion: z.literal('kind.x-k8s.io/v1alpha4').default('kind.x-k8s.io/v1alpha4'),
    nodes: z.array(nodeSchema).min(1).optional(),
    networking: networkingSchema.optional(),
    featureGates: z.record(z.string().min(1), z.boolean()).optional(),
    runtimeConfig: z.record(z.string().min(1), z.string()).optional(),
    kubeadmConfigPatches: z.array(z.string()).optional(),
    kubeadmConfigPatchesJSON6902: z.array(patchSchema).optional(),
    containerdConfigPatches: z.array(z.string()).optional(),
    containerdConfigPatchesJSON6902: z.array(z.string()).optional(),
  })
  .superRefine(({ nodes }, context) => {
    if (nodes?.every(({ role }) => role === 'worker')) {
      context.addIssue({ code: 'custom', path: ['nodes'], message: 'at least one node has to be a control-plane' });
    }
  });

/** What is given; `kind` and `apiVersion` may be left out. A cluster's name is not part of it: it is an argument of its own. */
export type KindConfig = z.input<typeof kindConfigSchema>;

type PortMapping = z.infer<typeof portMappingSchema>;

function collide(one: PortMapping, other: PortMapping): boolean {
  const chosen = one.hostPort !== undefined && one.hostPort > 0;
  if (!chosen || one.hostPort !== other.hostPort) return false;
  if ((one.protocol ?? 'TCP') !== (other.protocol ?? 'TCP')) return false;
  const [first, second] = [one, other].map(({ listenAddress = '0.0.0.0' }) =>
    listenAddress === '::' ? '0.0.0.0' : listenAddress,
  );
  return first === second || first === '0.0.0.0' || second === '0.0.0.0';
}

function wrongSubnet(subnet: string, family: 'ipv4' | 'ipv6' | 'dual'): string | undefined {
  const families = subnet.split(',').map((block) => {
    const [address = '', bits = ''] = block.split('/');
    const size = /^\d+$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIPv4(address) && size <= 32) return 'ipv4';
    return isIPv6(address) && size <= 128 ? 'ipv6' : undefined;
  });
  if (families.includes(undefined)) return `"${subnet}" is no block of addresses such as 10.244.0.0/16`;
  if (family === 'dual') {
    return new Set(families).size === families.length ? undefined : 'dual takes one block of each family at most';
  }
  if (families.length > 1) return `${family} takes one block`;
  return families[0] === family ? undefined : `the block has to be ${family}`;
}
