import type { KubeObject } from '@kubedan/kube';

/** A resource as discovery lists it (meta/v1 APIResource). */
export interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: string[];
}

/** A version of a group that the API server passes on to a server of the world. */
export interface GroupVersion {
  group: string;
  version: string;
}

/** The Service that stands for such a server. Nothing routes there: the API server dials it, and the world answers. */
export interface ServiceOfServer {
  namespace: string;
  name: string;
  /** Out of the lower part of the Services' range, of which none is given out by itself (10.96.0.1 to 10.96.1.0). */
  address: string;
}

export const SERVER_PORT = 443;

export const metricsService: ServiceOfServer = {
  namespace: 'kube-system',
  name: 'metrics-server',
  address: '10.96.0.11',
};
export const resourceMetricsApi: GroupVersion = { group: 'metrics.k8s.io', version: 'v1beta1' };

/** Figures of traffic, in clusters that have some. */
export const adapterService: ServiceOfServer = {
  namespace: 'kube-system',
  name: 'traffic-metrics',
  address: '10.96.0.12',
};
export const customMetricsApi: GroupVersion = { group: 'custom.metrics.k8s.io', version: 'v1beta2' };
export const externalMetricsApi: GroupVersion = { group: 'external.metrics.k8s.io', version: 'v1beta1' };

/** What metrics.k8s.io has. */
export const resourceMetricsResources: ApiResource[] = [
  { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
  { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
];

/**
 * The objects by which an API server finds a server of the world: the Service, an endpoint (without one the APIService would
 * not count as available), and an APIService for each group.
 */
export function objectsOf(service: ServiceOfServer, apis: readonly GroupVersion[]): KubeObject[] {
  const { namespace, name, address } = service;
  const labels = { 'k8s-app': name };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels },
      spec: { clusterIP: address, ports: [{ name: 'https', port: SERVER_PORT, targetPort: SERVER_PORT }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${name}-world`,
        namespace,
        labels: {
          ...labels,
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'kubedan.dev',
        },
      },
      addressType: 'IPv4',
      // No pod's address: the proxy of Services does not lead there.
      endpoints: [{ addresses: [address.replace(/^10\.96\.0/, '172.30.255')], conditions: { ready: true } }],
      ports: [{ name: 'https', port: SERVER_PORT, protocol: 'TCP' }],
    },
    ...apis.map(({ group, version }) => ({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `${version}.${group}`, labels },
      spec: {
        group,
        version,
        service: { namespace, name, port: SERVER_PORT },
        // As in metrics-server's own manifest. Whatever the name in the certificate, only the world can answer a dial.
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    })),
  ];
}

/** What a cluster with traffic holds besides, from its claim on. */
export const trafficMetricsObjects: KubeObject[] = objectsOf(adapterService, [customMetricsApi, externalMetricsApi]);

/** What every plane holds whose API server is led to a virtual kubelet, from its start on. */
export const worldObjects: KubeObject[] = objectsOf(metricsService, [resourceMetricsApi]);
