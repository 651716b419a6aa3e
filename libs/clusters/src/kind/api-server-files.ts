import { auditPolicy } from '@kubedan/plane';
import { policyPrefix } from './access.js';
import { systemNamespaces } from './names.js';
import { refuserPort } from './node-files.js';

/** Where a control plane's node sees its folder of configuration, and that of its audit log. */
export const configMount = '/etc/kubernetes/kubedan';
export const auditMount = '/var/log/kubedan';

const list = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(', ')}]`;
const reads = list(['get', 'list', 'watch']);

/** The cluster's own parts, and the administrators: kubeadm's and ours. */
const isTrusted = [
  `request.groups.exists(g, g in ${list([
    'system:masters',
    'kubeadm:cluster-admins',
    'system:nodes',
    'system:bootstrappers',
    'system:serviceaccounts:kube-system',
    'system:serviceaccounts:local-path-storage',
  ])})`,
  `request.user in ${list(['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler', 'system:kube-proxy'])}`,
].join(' || ');

/**
 * What is refused to whoever is not trusted, whatever roles say: the learner, the set-up, and every account that they make.
 * RBAC can only allow, so a role that is wide enough for every lab cannot leave out one namespace or one object.
 */
const refused = [
  // Inside the system's namespaces one may look, evict as a drain does, and nothing else; nobody reads Secrets there.
  `request.resourceAttributes.namespace in ${list(systemNamespaces)} && !(
    request.resourceAttributes.resource != 'secrets'
    && request.resourceAttributes.verb in ${reads}
    && request.resourceAttributes.subresource in ${list(['', 'log', 'status', 'scale'])})
  && !(request.resourceAttributes.resource == 'pods' && request.resourceAttributes.subresource == 'eviction')`,
  "request.resourceAttributes.resource == 'secrets' && request.resourceAttributes.namespace == ''",
  // Nodes are looked at, cordoned, tainted and labelled; their kubelets are nobody's.
  "request.resourceAttributes.resource == 'nodes' && !(request.resourceAttributes.verb in ['get', 'list', 'watch', 'update', 'patch'] && request.resourceAttributes.subresource in ['', 'status'])",
  "request.resourceAttributes.resource == 'nodes' && request.resourceAttributes.subresource == 'status' && request.resourceAttributes.verb != 'get'",
  "request.resourceAttributes.resource == 'pods' && request.resourceAttributes.subresource == 'ephemeralcontainers'",
  // A volume or its class may name any folder of a node.
  "request.resourceAttributes.resource == 'persistentvolumes' && request.resourceAttributes.verb == 'create'",
  `request.resourceAttributes.resource == 'storageclasses' && !(request.resourceAttributes.verb in ${reads})`,
  // Other identities: taken over, signed, or lent by an API server behind ours.
  "request.resourceAttributes.verb in ['impersonate', 'approve', 'sign', 'attest']",
  "request.resourceAttributes.resource in ['certificatesigningrequests', 'apiservices', 'mutatingwebhookconfigurations', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'] && !(request.resourceAttributes.verb in ['get', 'list', 'watch', 'delete'])",
  `request.resourceAttributes.resource in ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'] && !(request.resourceAttributes.verb in ${reads}) && (request.resourceAttributes.name.startsWith('${policyPrefix}') || request.resourceAttributes.verb == 'deletecollection')`,
].map((expression) => `(${expression.replaceAll(/\s+/g, ' ')})`);

/**
 * The files that make an API server refuse what must not happen on real nodes, by their names below configMount.
 *
 * An authorizer that refuses is a webhook, and what is behind ours says no to everything (refuser.ts): it is asked only about
 * what must be refused (matchConditions), before any role is looked at. Without an answer it is no as well.
 */
export const apiServerFiles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'audit.json': auditPolicy,
    'authorization.json': {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthorizationConfiguration',
      authorizers: [
        {
          type: 'Webhook',
          name: 'kubedan',
          webhook: {
            authorizedTTL: '1h',
            unauthorizedTTL: '1h',
            timeout: '1s',
            subjectAccessReviewVersion: 'v1',
            matchConditionSubjectAccessReviewVersion: 'v1',
            failurePolicy: 'Deny',
            connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: `${configMount}/refuser.json` },
            matchConditions: [
              {
                expression: `has(request.resourceAttributes) && !(${isTrusted}) && (${refused.join(' || ')})`,
              },
            ],
          },
        },
        { type: 'Node', name: 'node' },
        { type: 'RBAC', name: 'rbac' },
      ],
    },
    'refuser.json': {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'refuser', cluster: { server: `http://127.0.0.1:${refuserPort}` } }],
      users: [{ name: 'refuser', user: {} }],
      contexts: [{ name: 'refuser', context: { cluster: 'refuser', user: 'refuser' } }],
      'current-context': 'refuser',
    },
    'admission.json': {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AdmissionConfiguration',
      plugins: [
        {
          name: 'PodSecurity',
          configuration: {
            apiVersion: 'pod-security.admission.config.k8s.io/v1',
            kind: 'PodSecurityConfiguration',
            defaults: { enforce: 'baseline', 'enforce-version': 'latest' },
            exemptions: { namespaces: systemNamespaces },
          },
        },
      ],
    },
  }).map(([name, content]) => [name, JSON.stringify(content, undefined, 2)]),
);

/** The arguments of the API server that name these files. */
export const apiServerArguments: Readonly<Record<string, string>> = {
  'authorization-config': `${configMount}/authorization.json`,
  'admission-control-config-file': `${configMount}/admission.json`,
  'enable-admission-plugins': 'NodeRestriction,DenyServiceExternalIPs',
  'audit-policy-file': `${configMount}/audit.json`,
  'audit-log-path': `${auditMount}/audit.log`,
  'audit-log-maxsize': '10',
  'audit-log-maxbackup': '2',
  profiling: 'false',
};
