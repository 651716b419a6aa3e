import { learnerGroup } from './learner-role.js';

const reads = ['get', 'list', 'watch'];

/** What leads through the API server to a container or its port. */
const through = [
  { group: '', resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy'] },
];

/** For what ends with its answer, one line says all; of what may go on for hours, the beginning is written down as well. */
const once = { omitStages: ['ResponseStarted'] };

/**
 * Who did what: each write and each exec with its request, the learner's reads by name, but never a Secret's content; reads of
 * others leave no line, as the controllers' would drown everything.
 */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [
    // Discovery and health.
    { level: 'None', nonResourceURLs: ['*'] },
    // What checks ask, again and again.
    { level: 'None', users: ['kubedan:grader'], resources: through },
    { level: 'Request', resources: through },
    { level: 'Metadata', userGroups: [learnerGroup], verbs: reads },
    { level: 'None', verbs: reads },
    { level: 'None', resources: [{ group: 'coordination.k8s.io' }, { group: 'authorization.k8s.io' }] },
    {
      ...once,
      level: 'Metadata',
      // Requests to delete hold no content, but say whether they are meant (dryRun).
      verbs: ['create', 'update', 'patch'],
      resources: [{ group: '', resources: ['secrets', 'serviceaccounts/token'] }],
    },
    // What the system itself writes is of no interest but for its traces.
    {
      level: 'None',
      users: ['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler', 'kubedan:kubelet'],
    },
    { level: 'None', userGroups: ['system:nodes', 'system:serviceaccounts:kube-system'] },
    { ...once, level: 'Request' },
  ],
};
