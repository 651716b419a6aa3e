import type { KubeObject } from '@kubedan/kube';
import { learnerGroup, learnerRoleName, learnerRoleRules, type PolicyRule } from '@kubedan/plane';

/** Group of the set-up's certificate. It may do all that the authorizer does not refuse: labs may come from anybody. */
export const setupGroup = 'kubedan:setup';

/** What our own policies are called: nobody else changes them. */
export const policyPrefix = 'kubedan.';

const rbac = 'rbac.authorization.k8s.io';
const writes = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/**
 * What a learner's role has on played nodes and must not have on real ones. A volume may name a folder of the node, and a
 * storage class where volumes lie; a debug container joins another's processes.
 */
const withheld: readonly { group: string; resource: string; verbs: readonly string[] }[] = [
  { group: '', resource: 'pods/ephemeralcontainers', verbs: ['get', 'update', 'patch'] },
  { group: '', resource: 'persistentvolumes', verbs: ['create'] },
  { group: 'storage.k8s.io', resource: 'storageclasses', verbs: writes },
];

/** The learner's role on real nodes: as everywhere, without what leads out of a container. */
export const realLearnerRules: PolicyRule[] = learnerRoleRules.flatMap((rule) => {
  const split: PolicyRule[] = [];
  const kept: string[] = [];
  for (const resource of rule.resources ?? []) {
    const less = withheld.find((one) => one.resource === resource && rule.apiGroups?.includes(one.group));
    if (less === undefined) kept.push(resource);
    else split.push({ ...rule, resources: [resource], verbs: rule.verbs.filter((verb) => !less.verbs.includes(verb)) });
  }
  const rest = rule.resources === undefined ? [rule] : kept.length > 0 ? [{ ...rule, resources: kept }] : [];
  return [...rest, ...split.filter(({ verbs }) => verbs.length > 0)];
});

function role(name: string, group: string, rules: PolicyRule[]): KubeObject[] {
  return [
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ apiGroup: rbac, kind: 'Group', name: group }],
    },
  ];
}

function policy(
  name: string,
  matchConstraints: unknown,
  validations: { expression: string; message: string }[],
): KubeObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: { failurePolicy: 'Fail', matchConstraints, validations },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

/** What a cluster with real nodes holds before anyone touches it. */
export const accessObjects: KubeObject[] = [
  ...role(learnerRoleName, learnerGroup, realLearnerRules),
  ...role('kubedan:setup', setupGroup, [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ]),
  ...policy(
    `${policyPrefix}namespaces`,
    {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['namespaces'] },
      ],
    },
    [
      {
        expression:
          "!has(object.metadata.labels) || !('pod-security.kubernetes.io/enforce' in object.metadata.labels) || object.metadata.labels['pod-security.kubernetes.io/enforce'] in ['baseline', 'restricted']",
        message:
          'Pods here run on a machine that others use too: pod-security.kubernetes.io/enforce may be baseline or restricted.',
      },
      {
        expression:
          "!has(object.metadata.labels) || !('pod-security.kubernetes.io/enforce-version' in object.metadata.labels) || object.metadata.labels['pod-security.kubernetes.io/enforce-version'] == 'latest'",
        message: 'Pod Security follows the newest standard here: leave pod-security.kubernetes.io/enforce-version out.',
      },
    ],
  ),
  ...policy(
    `${policyPrefix}pods`,
    { resourceRules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['CREATE'], resources: ['pods'] }] },
    [
      {
        // The kubelet alone reports static pods, and only in the namespaces of the cluster's own parts.
        expression:
          "request.namespace == 'kube-system' || !has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)",
        message: 'A static pod is made by a file on a node, not through the API.',
      },
    ],
  ),
];
