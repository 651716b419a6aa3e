import { labDocumentSchema, type LabDocument } from '@kubedan/contracts';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bindWorld } from './bind.js';
import { checkWorld } from './world-references.js';

const text = { en: 'A', zh: '甲' };
function specOf(spec: object): LabDocument['spec'] {
  return labDocumentSchema.parse({
    apiVersion: 'kubedan.dev/v1',
    kind: 'Lab',
    metadata: { name: 'sale', tier: 'gold', skills: ['scale'], title: text, minutes: 20 },
    spec: {
      tasks: [
        {
          id: 'a',
          title: text,
          checks: [{ id: 'c', title: text, object: { apiVersion: 'v1', kind: 'Pod', name: 'p' }, expect: 'true' }],
        },
      ],
      ...spec,
    },
  }).spec;
}
function complaints(spec: object): string[] {
  const told: string[] = [];
  checkWorld(specOf(spec), { rate: 50 }, (path, message, allowed) =>
    told.push(`${path.slice(1).join('.')}: ${message}${allowed ? ` (${allowed.join(', ')})` : ''}`),
  );
  return told;
}
const web = { 'registry.example/web:1.0': { serves: 8080, work: { cpu: '${rate}ms', concurrency: '${rate}' } } };
const variables = { rate: { int: [20, 80] } };

describe('checkWorld', () => {
  it('accepts a world whose numbers are drawn', () => {
    const world = {
      traffic: { shoppers: { url: 'http://shop.example/', profile: { steady: { rate: '${rate}' } } } },
      dependencies: { cache: { kind: 'cache', behind: 'db' }, db: { kind: 'database', latency: '${rate}ms' } },
      incidents: [{ name: 'slow', on: 'db', at: '1m', slower: 10 }],
    };
    expect(complaints({ images: web, variables, world })).toEqual([]);
  });

  it('accepts the example of the documentation', async () => {
    const page = await readFile(new URL('../../../docs/lab-format.md', import.meta.url), 'utf8');
    const example = page.match(/```yaml\n( {2}images:[^`]*?\n {2}world:[^`]*)```/)?.[1] ?? '';
    const variables = { culprit: { oneOf: ['cache', 'database'] } };
    expect(complaints({ ...(parse(example) as object), variables })).toEqual([]);
  });

  it('puts drawn numbers in as numbers, in work and world alone', () => {
    const spec = specOf({ images: web, variables, world: { traffic: {} } });
    expect(bindWorld(spec, { rate: 7 }).images).toEqual({
      'registry.example/web:1.0': { serves: 8080, work: { cpu: '7ms', concurrency: 7 } },
    });
  });

  it('tells what a drawn value makes invalid', () => {
    expect(complaints({ images: web, variables: { rate: { int: [0, 80] } } })).toEqual([
      'images.registry.example/web:1.0.work.concurrency: with rate: 0 this is not valid: Too small: expected number to be >=1',
    ]);
  });

  const wrong: [string, object, string][] = [
    [
      'a cache before nothing',
      { dependencies: { cache: { kind: 'cache', behind: 'disk' }, db: { kind: 'database' } } },
      'world.dependencies.cache.behind: there is no dependency disk that could stand behind a cache (db)',
    ],
    [
      'an incident on nothing',
      { incidents: [{ name: 'x', on: 'redis', at: '1m', down: true }] },
      'world.incidents.0.on: there is no redis ()',
    ],
    [
      'an incident that does nothing',
      { dependencies: { db: { kind: 'database' } }, incidents: [{ name: 'x', on: 'db', at: '1m' }] },
      'world.incidents.0: an incident does something: slower, errors, down or burns',
    ],
    [
      'a pool of no type',
      { nodePools: { main: { type: 'big', size: 1 } } },
      'world.nodePools.main.type: there is no node type big ()',
    ],
    [
      'a pool larger than it may be',
      {
        nodeTypes: { big: { cpu: '4', memory: '8Gi', pricePerHour: 1 } },
        nodePools: { main: { type: 'big', size: 4, max: 3 } },
      },
      'world.nodePools.main.size: expected min <= size <= max',
    ],
    [
      'traffic into no queue',
      { traffic: { jobs: { queue: 'orders', profile: { steady: { rate: 1 } } } } },
      'world.traffic.jobs.queue: there is no queue orders ()',
    ],
    [
      'points that go back',
      {
        traffic: {
          a: {
            url: 'http://web.shop.svc/',
            profile: {
              points: [
                { at: '1m', rate: 1 },
                { at: '30s', rate: 2 },
              ],
            },
          },
        },
      },
      'world.traffic.a.profile.points.1.at: a point must be later than the one before',
    ],
  ];
  it.each(wrong)('refuses %s', (_, world, message) => {
    expect(complaints({ world })).toEqual([message]);
  });
});
