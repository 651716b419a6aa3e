import type { Answer } from './answer.js';
import type { ApiResource, GroupVersion } from './apis.js';

/** A group that a server of the world serves. */
export interface ServedApi extends GroupVersion {
  resources(): readonly ApiResource[];
}

/** @returns what an API server asks of a server that it passes on to: what there is (discovery) and how it is described (OpenAPI) */
export function describe(path: string, apis: readonly ServedApi[]): Answer | undefined {
  const ok = (body: object, contentType?: string): Answer => ({
    status: 200,
    body,
    ...(contentType ? { contentType } : {}),
  });
  if (path === '/apis') return ok(groups(apis), 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  if (path === '/openapi/v2') return ok({ swagger: '2.0', info: { title: 'Kubedan', version: 'v1' }, paths: {} });
  if (path === '/openapi/v3') {
    const paths = apis.map((api) => [pathOf(api).slice(1), { serverRelativeURL: `/openapi/v3${pathOf(api)}?hash=1` }]);
    return ok({ paths: Object.fromEntries(paths) as object });
  }
  for (const api of apis) {
    if (path === pathOf(api)) return ok(resourceList(api));
    if (path === `/apis/${api.group}`) return ok(groupOf(api));
    if (path === `/openapi/v3${pathOf(api)}`)
      return ok({ openapi: '3.0.0', info: { title: 'Kubedan', version: 'v1' }, paths: {} });
  }
  return undefined;
}

export const pathOf = ({ group, version }: GroupVersion): string => `/apis/${group}/${version}`;

function resourceList(api: ServedApi) {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: `${api.group}/${api.version}`,
    resources: api.resources(),
  };
}

function groupOf({ group, version }: GroupVersion) {
  const groupVersion = `${group}/${version}`;
  return {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: group,
    versions: [{ groupVersion, version }],
    preferredVersion: { groupVersion, version },
  };
}

function groups(apis: readonly ServedApi[]) {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: apis.map((api) => ({
      metadata: { name: api.group, creationTimestamp: null },
      versions: [
        {
          version: api.version,
          freshness: 'Current',
          resources: api.resources().map(({ name, singularName, namespaced, kind, verbs }) => ({
            resource: name,
            responseKind: { group: api.group, version: api.version, kind },
            scope: namespaced ? 'Namespaced' : 'Cluster',
            singularResource: singularName,
            verbs,
          })),
        },
      ],
    })),
  };
}
