import type { KubeObject } from '@kubedan/kube';

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
export const WORLD_GROUP = 'world.kubedan.dev';
export const MONITORING_GROUP = 'monitoring.coreos.com';
/** spec.controllerName of GatewayClasses that the world plays. */
export const GATEWAY_CONTROLLER = `${WORLD_GROUP}/gateway`;

type Schema = Record<string, unknown>;
const text = (more: Schema = {}): Schema => ({ type: 'string', minLength: 1, maxLength: 253, ...more });
const integer = (minimum: number, maximum: number, more: Schema = {}): Schema => ({
  type: 'integer',
  minimum,
  maximum,
  ...more,
});
const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
const list = (items: Schema, maxItems: number, more: Schema = {}): Schema => ({
  type: 'array',
  items,
  maxItems,
  ...more,
});
const fields = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length ? { required } : {}),
});
/** Durations as the Gateway API writes them (GEP-2257): `500ms`, `10s`, `1m30s`. */
const duration = text({ pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$', maxLength: 32 });
const port = integer(1, 65_535);
const label = text({ maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' });
const hostname = text({
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
const conditions = list(
  fields(
    {
      type: text({ maxLength: 316 }),
      status: oneOf('True', 'False', 'Unknown'),
      reason: text({ maxLength: 1024 }),
      message: { type: 'string', maxLength: 32_768 },
      observedGeneration: { type: 'integer', minimum: 0 },
      lastTransitionTime: { type: 'string', format: 'date-time' },
    },
    ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
  ),
  8,
  { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
);
const status = fields({ conditions });

/** Which Gateway a route belongs to. */
const parentRef = fields(
  {
    group: { type: 'string', default: GATEWAY_GROUP },
    kind: { type: 'string', default: 'Gateway' },
    namespace: label,
    name: text(),
    sectionName: text(),
    port,
  },
  ['name'],
);
const backendRef = fields(
  {
    group: { type: 'string', default: '', enum: [''] },
    kind: { type: 'string', default: 'Service', enum: ['Service'] },
    namespace: label,
    name: text(),
    port,
    weight: integer(0, 1_000_000, { default: 1 }),
  },
  ['name', 'port'],
);
const rule = fields({
  name: text(),
  matches: list(
    fields({
      path: {
        ...fields({
          type: { ...oneOf('Exact', 'PathPrefix'), default: 'PathPrefix' },
          value: text({ default: '/', pattern: '^/', maxLength: 1024 }),
        }),
        default: { type: 'PathPrefix', value: '/' },
      },
    }),
    64,
    { default: [{ path: { type: 'PathPrefix', value: '/' } }] },
  ),
  backendRefs: list(backendRef, 16),
  timeouts: fields({ request: duration }),
  retry: fields({ attempts: integer(0, 10) }, ['attempts']),
});

interface Definition {
  group: string;
  version: 'v1';
  scope: 'Namespaced' | 'Cluster';
  kind: string;
  plural: string;
  shortNames?: string[];
  categories?: string[];
  spec: Schema;
  status: Schema;
  columns: [name: string, path: string][];
}

const age: [string, string] = ['Age', '.metadata.creationTimestamp'];
const condition = (type: string) => `.status.conditions[?(@.type=="${type}")].status`;
const inGatewayGroup = { group: GATEWAY_GROUP, version: 'v1', categories: ['gateway-api'] } as const;
const inWorldGroup = { group: WORLD_GROUP, version: 'v1', scope: 'Namespaced', categories: ['world'] } as const;

const gatewayClass: Definition = {
  ...inGatewayGroup,
  categories: ['gateway-api'],
  scope: 'Cluster',
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  shortNames: ['gc'],
  spec: fields({ controllerName: text(), description: { type: 'string', maxLength: 64 } }, ['controllerName']),
  status,
  columns: [['Controller', '.spec.controllerName'], ['Accepted', condition('Accepted')], age],
};

const gateway: Definition = {
  ...inGatewayGroup,
  categories: ['gateway-api'],
  scope: 'Namespaced',
  kind: 'Gateway',
  plural: 'gateways',
  shortNames: ['gtw'],
  spec: fields(
    {
      gatewayClassName: text(),
      listeners: list(
        fields(
          {
            name: text(),
            hostname,
            port,
            protocol: oneOf('HTTP', 'HTTPS'),
            allowedRoutes: fields({
              namespaces: fields({ from: { ...oneOf('All', 'Same'), default: 'Same' } }),
            }),
          },
          ['name', 'port', 'protocol'],
        ),
        64,
        { minItems: 1, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      ),
    },
    ['gatewayClassName', 'listeners'],
  ),
  status: fields({
    conditions,
    addresses: list(fields({ type: text(), value: text() }, ['value']), 16),
  }),
  columns: [
    ['Class', '.spec.gatewayClassName'],
    ['Address', '.status.addresses[*].value'],
    ['Programmed', condition('Programmed')],
    age,
  ],
};

const httpRoute: Definition = {
  ...inGatewayGroup,
  categories: ['gateway-api'],
  scope: 'Namespaced',
  kind: 'HTTPRoute',
  plural: 'httproutes',
  spec: fields({
    parentRefs: list(parentRef, 32),
    hostnames: list(hostname, 16),
    rules: list(rule, 16, { default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }] }),
  }),
  status: fields({
    parents: list(fields({ parentRef, controllerName: text(), conditions }, ['parentRef', 'controllerName']), 32),
  }),
  columns: [['Hostnames', '.spec.hostnames'], age],
};

const rateLimit: Definition = {
  ...inWorldGroup,
  categories: ['world'],
  kind: 'RateLimit',
  plural: 'ratelimits',
  spec: fields(
    {
      /** The HTTPRoute of the same namespace that it limits; without it, all that passes the gateway to this namespace's routes. */
      route: text(),
      requestsPerSecond: integer(1, 100_000),
      /** How many may come at once; one second's worth by default. */
      burst: integer(1, 1_000_000),
    },
    ['route', 'requestsPerSecond'],
  ),
  status,
  columns: [['Route', '.spec.route'], ['Rate', '.spec.requestsPerSecond'], ['Accepted', condition('Accepted')], age],
};

const circuitBreaker: Definition = {
  ...inWorldGroup,
  categories: ['world'],
  kind: 'CircuitBreaker',
  plural: 'circuitbreakers',
  spec: {
    ...fields(
      {
        /** What callers are kept from: a Service of the same namespace, or a dependency of the world. */
        target: fields({ kind: oneOf('Service', 'Dependency'), name: text() }, ['kind', 'name']),
        /** Requests under way; more are refused at once. */
        maxRequests: integer(1, 100_000),
        /** Opens when so many percent of the requests of `window` failed. */
        errorPercent: integer(1, 100),
        window: duration,
        /** Opens for no fewer requests than this in the window. */
        minRequests: integer(1, 100_000),
        /** How long it stays open before it lets a few requests through to see. */
        openFor: duration,
      },
      ['target'],
    ),
    'x-kubernetes-validations': [
      {
        rule: 'has(self.maxRequests) || has(self.errorPercent)',
        message: 'give maxRequests, errorPercent or both: without either it would never open',
      },
    ],
  },
  status,
  columns: [['Kind', '.spec.target.kind'], ['Target', '.spec.target.name'], ['State', condition('Open')], age],
};

const loadTest: Definition = {
  ...inWorldGroup,
  categories: ['world'],
  kind: 'LoadTest',
  plural: 'loadtests',
  spec: {
    ...fields({ traffic: text() }, ['traffic']),
    'x-kubernetes-validations': [
      { rule: 'self == oldSelf', message: 'a load test is begun once; delete it and make another one' },
    ],
  },
  status,
  columns: [['Traffic', '.spec.traffic'], ['Running', condition('Running')], age],
};

const texts = { type: 'object', additionalProperties: { type: 'string', maxLength: 2048 }, maxProperties: 32 };

/** What it says is checked by whoever evaluates it, and told in its status. */
const prometheusRule: Definition = {
  group: MONITORING_GROUP,
  version: 'v1',
  scope: 'Namespaced',
  kind: 'PrometheusRule',
  plural: 'prometheusrules',
  shortNames: ['promrule'],
  spec: fields({
    groups: list(
      fields(
        {
          name: text(),
          interval: text({ maxLength: 32 }),
          rules: list(
            fields(
              {
                alert: text(),
                record: text(),
                expr: { 'x-kubernetes-int-or-string': true },
                for: text({ maxLength: 32 }),
                keep_firing_for: text({ maxLength: 32 }),
                labels: texts,
                annotations: texts,
              },
              ['expr'],
            ),
            100,
          ),
        },
        ['name', 'rules'],
      ),
      50,
    ),
  }),
  status: fields({
    conditions,
    alerts: list(
      fields({
        name: { type: 'string' },
        state: { type: 'string' },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        annotations: { type: 'object', additionalProperties: { type: 'string' } },
        activeAt: { type: 'string', format: 'date-time' },
      }),
      50,
    ),
  }),
  columns: [['Accepted', condition('Accepted')], ['Firing', '.status.alerts[?(@.state=="firing")].name'], age],
};

const nodePool: Definition = {
  ...inWorldGroup,
  categories: ['world'],
  scope: 'Cluster',
  kind: 'NodePool',
  plural: 'nodepools',
  spec: {
    ...fields(
      {
        /** One of the world's kinds of machines. */
        type: text(),
        spot: { type: 'boolean', default: false },
        min: integer(0, 100, { default: 0 }),
        max: integer(0, 100),
        zones: list(label, 6, { minItems: 1 }),
        labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 63 }, maxProperties: 16 },
        taints: list(
          fields(
            {
              key: text(),
              value: { type: 'string', maxLength: 63 },
              effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
            },
            ['key', 'effect'],
          ),
          8,
        ),
      },
      ['type', 'max'],
    ),
    'x-kubernetes-validations': [{ rule: 'self.min <= self.max', message: 'expected min <= max' }],
  },
  status: fields({ nodes: { type: 'integer' }, ready: { type: 'integer' }, conditions }),
  columns: [
    ['Type', '.spec.type'],
    ['Spot', '.spec.spot'],
    ['Min', '.spec.min'],
    ['Max', '.spec.max'],
    ['Nodes', '.status.nodes'],
    ['Ready', '.status.ready'],
    age,
  ],
};

/** The kinds by which a learner steers traffic. */
export const trafficKinds = [
  gatewayClass,
  gateway,
  httpRoute,
  rateLimit,
  circuitBreaker,
  loadTest,
  prometheusRule,
] as const;

const columnTypes: Record<string, string> = {
  Age: 'date',
  Rate: 'integer',
  Spot: 'boolean',
  Min: 'integer',
  Max: 'integer',
  Nodes: 'integer',
  Ready: 'integer',
};

function definitionOf({ group, version, scope, kind, plural, ...rest }: Definition): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      ...(group.endsWith('.k8s.io')
        ? { annotations: { 'api-approved.kubernetes.io': 'unapproved, the fields that the world plays' } }
        : {}),
    },
    spec: {
      group,
      scope,
      names: {
        kind,
        plural,
        singular: kind.toLowerCase(),
        listKind: `${kind}List`,
        ...(rest.shortNames ? { shortNames: rest.shortNames } : {}),
        ...(rest.categories ? { categories: rest.categories } : {}),
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { ...fields({ spec: rest.spec, status: rest.status }, ['spec']) } },
          additionalPrinterColumns: rest.columns.map(([name, jsonPath]) => ({
            name,
            type: columnTypes[name] ?? 'string',
            jsonPath,
          })),
        },
      ],
    },
  };
}

/** What a cluster with traffic holds from its claim on, besides worldObjects. */
export const trafficDefinitions: KubeObject[] = trafficKinds.map(definitionOf);

/** What a cluster whose nodes are rented holds besides. */
export const nodePoolDefinition: KubeObject = definitionOf(nodePool);
