import { labDocumentSchema } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { checkReferences } from './references.js';
import { checkSchema } from './schema-issues.js';
import { formatIssue } from './issue.js';
import { YamlSource } from './yaml-source.js';

const head = `apiVersion: kubedan.dev/v1
kind: Lab
metadata:
  name: sale
  tier: gold
  skills: [scale]
  title: { en: A, zh: 甲 }
  minutes: 20
`;
const world = `  needs: { capabilities: [traffic] }
  namespace: \${shop}
  variables: { shop: { oneOf: [mall, bazaar] } }
  world:
    traffic: { shoppers: { url: http://shop.example/, profile: { steady: { rate: 5 } } } }
    dependencies: { cache: { kind: cache } }
`;
const files = {
  'given/shop.yaml': `apiVersion: v1
kind: Service
metadata: { name: web, namespace: \${shop} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: front, namespace: \${shop} }
`,
  'solution/next.sh': 'kubectl expose deployment next --port 80\n',
};

/** @param check its fields, in one line @returns what is wrong, with its place */
function issuesOf(check: string, spec = world): string[] {
  const text = `${head}spec:\n${spec}  given: [given/shop.yaml]
  tasks:
    - id: t
      title: { en: A, zh: 甲 }
      checks:
        - { id: c, title: { en: A, zh: 甲 }, ${check} }
`;
  const source = new YamlSource('lab.yaml', text);
  const { document, issues } = checkSchema(source);
  const bytes = new Map(
    [...Object.entries(files), ['lab.yaml', text]].map(([file, one]) => [file!, Buffer.from(one!)]),
  );
  const all = document ? checkReferences(document, source, bytes, 'sale') : issues;
  return all.map(formatIssue).map((one) => one.replace(/^lab.yaml:\d+:\d+: spec.tasks\[0\].checks\[0\]\.?/, ''));
}

describe('checks that measure', () => {
  it.each([
    "slo: { source: shoppers, window: 20s }, expect: 'slo.p99Ms < 300 && slo.errorRate < 0.01 && slo.rate > 10.5'",
    "slo: { service: web, version: '2.0' }, expect: 'slo.count > 5 && slo.?p50Ms.orValue(0.0) < 5'",
    'slo: { route: front }, expect: "slo.outcomes[\'rate-limited\'] == 0"',
    "slo: { service: next }, expect: 'slo.rate > 1'",
    "slo: { dependency: cache }, expect: 'slo.meanMs < 1.5', holds: 10s",
    'traffic: { services: [web, next], window: 10s }, expect: "traffic.shares[?\'2.0\'].orValue(0.0) > 0.4", latched: true',
    "traffic: { service: web }, expect: 'traffic.versions.all(v, v.errorRate < 0.1) && traffic.versions[0].share > 0.5'",
  ])('may say %s', (check) => {
    expect(issuesOf(check)).toEqual([]);
  });

  it.each([
    [
      'slo: { source: shopers }, expect: "slo.rate > 1"',
      'slo.source: there is no shopers in spec.world.traffic (allowed: shoppers)',
    ],
    [
      'slo: { dependency: redis }, expect: "slo.rate > 1"',
      'slo.dependency: there is no redis in spec.world.dependencies (allowed: cache)',
    ],
    [
      'slo: { service: wep }, expect: "slo.rate > 1"',
      "slo.service: there is no Service bazaar/wep in the lab's manifests or scripts (allowed: bazaar/web)",
    ],
    [
      'slo: { service: web, namespace: other }, expect: "slo.rate > 1"',
      "slo.service: there is no Service other/web in the lab's manifests or scripts (allowed: bazaar/web)",
    ],
    [
      'slo: { route: back }, expect: "slo.rate > 1"',
      "slo.route: there is no HTTPRoute bazaar/back in the lab's manifests or scripts (allowed: bazaar/front)",
    ],
    [
      'traffic: { services: [web, gone] }, expect: "traffic.count > 1"',
      "traffic.services[1]: there is no Service bazaar/gone in the lab's manifests or scripts (allowed: bazaar/web)",
    ],
    ['cost: {}, expect: "cost.share < 0.5"', 'cost: nothing costs anything: spec.world has no nodeTypes'],
    [
      'slo: { source: shoppers }, expect: "slo.p99 < 300"',
      'expect: not a CEL expression, at character 5: No such key: p99 (allowed: count, rate, errorRate, meanMs, p50Ms, p90Ms, p99Ms, outcomes)',
    ],
    [
      'slo: { source: shoppers }, expect: "slo.rate"',
      'expect: the expression must be true or false, and is of type double',
    ],
    [
      'slo: { source: shoppers }, expect: "traffic.count > 1"',
      'expect: not a CEL expression, at character 1: Unknown variable: traffic (allowed: slo, now, session)',
    ],
    [
      'slo: { source: shoppers, window: 500ms }, expect: "slo.rate > 1"',
      'slo.window: expected whole seconds from 1s to 10m, such as 20s or 1m30s; found "500ms"',
    ],
    [
      'slo: { source: shoppers, window: 11m }, expect: "slo.rate > 1"',
      'slo.window: expected whole seconds from 1s to 10m, such as 20s or 1m30s; found "11m"',
    ],
    [
      'slo: { source: shoppers, window: 1.5s }, expect: "slo.rate > 1"',
      'slo.window: expected whole seconds from 1s to 10m, such as 20s or 1m30s; found "1.5s"',
    ],
    [
      'slo: { source: shoppers, window: soon }, expect: "slo.rate > 1"',
      'slo.window: expected a duration such as 500ms, 30s, 1m30s or 2h; found "soon"',
    ],
    [
      'slo: { source: shoppers, service: web }, expect: "slo.rate > 1"',
      'slo: expected exactly one of source, route, service and dependency; found a map',
    ],
    [
      'slo: {}, expect: "slo.rate > 1"',
      'slo: expected exactly one of source, route, service and dependency; found a map',
    ],
    [
      'slo: { source: shoppers, version: "1" }, expect: "slo.rate > 1"',
      'slo.version: a version is that of a service; found "1"',
    ],
    [
      'slo: { source: shoppers, namespace: mall }, expect: "slo.rate > 1"',
      'slo.namespace: a namespace is that of a service or a route; found "mall"',
    ],
    [
      'slo: { source: shoppers, minRequests: 0 }, expect: "slo.rate > 1"',
      'slo.minRequests: 0 is not allowed (allowed: 1 to 1000000)',
    ],
    [
      'traffic: { window: 5s }, expect: "traffic.count > 1"',
      'traffic: expected either a service or services; found a map',
    ],
    [
      'slo: { source: shoppers, windw: 5s }, expect: "slo.rate > 1"',
      expect.stringMatching(/^slo.windw: unknown field windw; did you mean window\?/),
    ],
  ])('may not say %s', (check, message) => {
    expect(issuesOf(check)).toEqual([message]);
  });

  it('need a world, and a cluster that plays it', () => {
    const [needs, without] = [
      issuesOf(
        'slo: { source: shoppers }, expect: "slo.rate > 1"',
        world.replace('capabilities: [traffic]', 'nodes: 1'),
      ),
      issuesOf('cost: {}, expect: "cost.share < 1"', '  namespace: mall\n'),
    ];
    expect(needs).toEqual([
      expect.stringMatching(
        /spec.needs.capabilities: checks that measure need a cluster that plays traffic \(allowed: traffic\)$/,
      ),
    ]);
    expect(without.some((one) => one.includes('which a lab without spec.world does not have'))).toBe(true);
  });

  it('are parsed with their defaults', () => {
    const { spec } = labDocumentSchema.parse({
      apiVersion: 'kubedan.dev/v1',
      kind: 'Lab',
      metadata: { name: 'a', tier: 'gold', skills: ['scale'], title: { en: 'A', zh: '甲' }, minutes: 5 },
      spec: {
        tasks: [
          {
            id: 't',
            title: { en: 'A', zh: '甲' },
            checks: [{ id: 'c', title: { en: 'A', zh: '甲' }, slo: { source: 's' }, expect: 'true' }],
          },
        ],
      },
    });
    expect(spec.tasks[0]?.checks[0]).toMatchObject({ slo: { window: '30s', minRequests: 20 } });
  });
});
