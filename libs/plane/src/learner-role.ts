import type { KubeObject } from '@kubedan/kube';

const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const read = ['get', 'list', 'watch'];

/** A rule of a ClusterRole. */
export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

/**
 * What a learner may do: everything that a lab can ask of the owner of a cluster, but nothing that fakes what the system
 * reports (no status sub-resource, no nodes, leases or bindings made by hand), that lends another identity (no impersonate,
 * escalate or bind, no tokens, no certificates), or that locks the grader out (the grader's group passes every check).
 */
export const learnerRoleRules: PolicyRule[] = [
  {
    apiGroups: [''],
    resources: [
      'pods',
      'services',
      'configmaps',
      'secrets',
      'serviceaccounts',
      'persistentvolumeclaims',
      'persistentvolumes',
      'replicationcontrollers',
      'endpoints',
      'limitranges',
      'resourcequotas',
      'namespaces',
      'podtemplates',
    ],
    verbs: all,
  },
  {
    apiGroups: [''],
    resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy'],
    verbs: ['get', 'create', 'update', 'patch', 'delete'],
  },
  {
    apiGroups: [''],
    resources: ['pods/ephemeralcontainers', 'pods/resize', 'replicationcontrollers/scale'],
    verbs: ['get', 'update', 'patch'],
  },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  {
    apiGroups: [''],
    resources: [
      'pods/log',
      'pods/status',
      'nodes/status',
      'namespaces/status',
      'services/status',
      'componentstatuses',
      'events',
    ],
    verbs: read,
  },
  // Cordon, taint and label; a node is neither made nor removed by hand.
  { apiGroups: [''], resources: ['nodes'], verbs: [...read, 'update', 'patch'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
    verbs: all,
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments/scale', 'replicasets/scale', 'statefulsets/scale'],
    verbs: ['get', 'update', 'patch'],
  },
  {
    apiGroups: ['apps'],
    resources: ['deployments/status', 'replicasets/status', 'statefulsets/status', 'daemonsets/status'],
    verbs: read,
  },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: all },
  { apiGroups: ['batch'], resources: ['jobs/status', 'cronjobs/status'], verbs: read },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: all },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers/status'], verbs: read },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: all },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets/status'], verbs: read },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses', 'networkpolicies'], verbs: all },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status', 'ipaddresses', 'servicecidrs'], verbs: read },
  // What steers traffic, in clusters that have some. The class of Gateways is the world's.
  { apiGroups: ['gateway.networking.k8s.io'], resources: ['gateways', 'httproutes'], verbs: all },
  {
    apiGroups: ['gateway.networking.k8s.io'],
    resources: ['gatewayclasses', 'gatewayclasses/status', 'gateways/status', 'httproutes/status'],
    verbs: read,
  },
  {
    apiGroups: ['world.kubedan.dev'],
    resources: ['ratelimits', 'circuitbreakers', 'loadtests', 'nodepools'],
    verbs: all,
  },
  {
    apiGroups: ['monitoring.coreos.com'],
    resources: ['prometheusrules'],
    verbs: all,
  },
  { apiGroups: ['monitoring.coreos.com'], resources: ['prometheusrules/status'], verbs: read },
  {
    apiGroups: ['world.kubedan.dev'],
    resources: ['ratelimits/status', 'circuitbreakers/status', 'loadtests/status', 'nodepools/status'],
    verbs: read,
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: all },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: all },
  {
    apiGroups: ['storage.k8s.io'],
    resources: ['csidrivers', 'csinodes', 'csistoragecapacities', 'volumeattachments', 'volumeattributesclasses'],
    verbs: read,
  },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: all },
  { apiGroups: ['node.k8s.io'], resources: ['runtimeclasses'], verbs: all },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
    verbs: all,
  },
  // Binding `edit` or `admin` would lend service accounts' identities, and with them the controllers' rights.
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], resourceNames: ['view'], verbs: ['bind'] },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: all },
  // Rules know no patterns: objects of a learner's own definitions are theirs in these groups.
  { apiGroups: ['example.com', 'stable.example.com', 'kubedan.dev'], resources: ['*'], verbs: all },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions/status'], verbs: read },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    verbs: all,
  },
  { apiGroups: ['admissionregistration.k8s.io'], resources: ['validatingwebhookconfigurations'], verbs: all },
  // What mutates could rewrite the statuses that others report; removing it is harmless.
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
    verbs: [...read, 'delete'],
  },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: read },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: read },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: read },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: read },
  { apiGroups: ['custom.metrics.k8s.io', 'external.metrics.k8s.io'], resources: ['*'], verbs: ['get', 'list'] },
  {
    apiGroups: ['authorization.k8s.io'],
    resources: [
      'selfsubjectaccessreviews',
      'selfsubjectrulesreviews',
      'localsubjectaccessreviews',
      'subjectaccessreviews',
    ],
    verbs: ['create'],
  },
  {
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/openapi',
      '/openapi/*',
      '/version',
      '/version/',
      '/healthz',
      '/livez',
      '/readyz',
      '/healthz/*',
      '/livez/*',
      '/readyz/*',
    ],
    verbs: ['get'],
  },
];

/** Name in the learner's certificate, by which the audit log knows them. */
export const learnerUser = 'kubedan:learner';

/** Group of the learner's certificate. */
export const learnerGroup = 'kubedan:learners';

/** Name of the ClusterRole that has the rules, and of its binding. */
export const learnerRoleName = 'kubedan:learner';

/** What every new plane holds before anyone touches it. */
export const bootstrapObjects: KubeObject[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: learnerRoleName },
    rules: learnerRoleRules,
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: learnerRoleName },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: learnerRoleName },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: learnerGroup }],
  },
];
