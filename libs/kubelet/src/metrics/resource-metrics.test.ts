import { describe, expect, it } from 'vitest';
import { podOf, START } from '../testing.js';
import { cpuQuantity, memoryQuantity } from './quantities.js';
import { nodeMetrics, nodeOverhead, podMetrics, tableOf, type MeasuredPod } from './resource-metrics.js';
import { Scrapes } from './scrapes.js';

const usage = { cpuMillicores: 250, memoryBytes: 64 * 2 ** 20 };
const web = (startedAt: number, more: MeasuredPod['containers'] = []): MeasuredPod => ({
  pod: podOf(),
  node: 'n1',
  containers: [{ name: 'main', startedAt, usage }, ...more],
});
const scrapes = new Scrapes(START);
/** @param at milliseconds since START */
const seen = (pod: MeasuredPod, at: number) => podMetrics(pod, scrapes.at(START + at), START + at);

describe('the metrics of a pod', () => {
  it('are not there until it has run from one reading to another, and then are of the last one', () => {
    const pod = web(START + 3_000);
    const known = Array.from({ length: 40 }, (_, second) => seen(pod, second * 1000) !== undefined);
    // Read at 10 s, when it has run for 7, and at 20 s.
    expect(known.indexOf(true)).toBe(20);
    expect(known.lastIndexOf(false)).toBe(19);
    expect(seen(pod, 27_400)).toEqual({
      kind: 'PodMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name: 'web', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:27Z' },
      timestamp: '2026-01-01T00:00:20Z',
      window: '10s',
      containers: [{ name: 'main', usage: { cpu: '250m', memory: '64Mi' } }],
    });
    expect(seen(pod, 31_000)).toMatchObject({ timestamp: '2026-01-01T00:00:30Z', window: '10s' });
  });

  it('are missing as a whole while one of its containers has just been started again', () => {
    const pod = web(START, [{ name: 'side', startedAt: START + 42_000, usage }]);
    expect(seen(pod, 55_000)).toBeUndefined();
    expect(seen(pod, 60_000)?.containers.map(({ name }) => name)).toEqual(['main', 'side']);
    expect(seen({ ...pod, containers: [] }, 60_000)).toBeUndefined();
  });
});

describe('the metrics of a node', () => {
  it('are those of its pods and of what every node runs', () => {
    const node = { name: 'n1', labels: { zone: 'a' } };
    const { usage: total, window } = nodeMetrics(node, [web(START), web(START)], scrapes.at(START), START);
    expect(window).toBe('10s');
    expect(total).toEqual({
      cpu: cpuQuantity(500 + nodeOverhead.cpuMillicores),
      memory: memoryQuantity(128 * 2 ** 20 + nodeOverhead.memoryBytes),
    });
  });
});

describe('a table of metrics', () => {
  it('sums the containers of a pod', () => {
    const pod = seen(web(START, [{ name: 'side', startedAt: START, usage }]), 20_000);
    const table = tableOf(pod ? [pod] : []) as { rows: { cells: string[] }[]; columnDefinitions: { name: string }[] };
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'cpu', 'memory', 'Window']);
    expect(table.rows.map(({ cells }) => cells)).toEqual([['web', '500m', '128Mi', '10s']]);
  });
});

describe('quantities', () => {
  it.each([
    [0, '0'],
    [1, '1m'],
    [2000, '2'],
    [1500, '1500m'],
    [0.25, '250u'],
    [12.3456789, '12345679n'],
    [-1, '0'],
  ])('of CPU, %d thousandths', (millicores, text) => expect(cpuQuantity(millicores)).toBe(text));
  it.each([
    [0, '0'],
    [1000, '1000'],
    [1536 * 1024, '1536Ki'],
    [64 * 2 ** 20, '64Mi'],
    [2 ** 31, '2Gi'],
  ])('of memory, %d bytes', (bytes, text) => expect(memoryQuantity(bytes)).toBe(text));
});
