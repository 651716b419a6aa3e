import { describe, expect, it } from 'vitest';
import type { MetricSample } from '../families.js';
import { TimeSeries } from '../time-series.js';
import { Budget } from './budget.js';
import { PromqlError } from './errors.js';
import { evaluatePromql } from './evaluate.js';
import { parsePromql } from './parse.js';

const second = 1000;

/** Readings every 10 s for 300 s: 0, 10, …, 300. */
function storeOf(samplesAt: (seconds: number) => MetricSample[]): TimeSeries {
  const store = new TimeSeries();
  for (let at = 0; at <= 300; at += 10)
    store.read(at * second, [{ name: 'all', type: 'gauge', help: '', samples: samplesAt(at) }]);
  return store;
}

const store = storeOf((at): MetricSample[] => [
  // 5 and 2 a second; the second one was started anew at 150 s.
  { name: 'requests_total', labels: { service: 'web', code: '200', pod: 'a' }, value: 5 * at },
  { name: 'requests_total', labels: { service: 'web', code: '200', pod: 'b' }, value: 2 * (at < 150 ? at : at - 150) },
  { name: 'requests_total', labels: { service: 'web', code: '500', pod: 'a' }, value: at },
  { name: 'requests_total', labels: { service: 'stock', code: '200', pod: 'c' }, value: 3 * at },
  { name: 'memory_bytes', labels: { pod: 'a' }, value: 100 + at },
  { name: 'memory_bytes', labels: { pod: 'b' }, value: 50 },
  { name: 'limit_bytes', labels: { pod: 'a' }, value: 500 },
  { name: 'limit_bytes', labels: { pod: 'b' }, value: 100 },
  { name: 'node_of', labels: { pod: 'a', node: 'n1' }, value: 1 },
  { name: 'node_of', labels: { pod: 'b', node: 'n2' }, value: 1 },
  ...(at < 200 ? [{ name: 'gone', labels: {}, value: 1 }] : []),
  ...[0.1, 0.5, 1, Infinity].map((le, index): MetricSample => ({
    name: 'duration_bucket',
    labels: { service: 'web', le: le === Infinity ? '+Inf' : String(le) },
    value: at * ([6, 9, 10, 10][index] ?? 0),
  })),
]);

/** What a query says at 300 s: a number, or elements as `{labels} value`. */
function asked(query: string, atMs = 300 * second): number | string[] {
  const value = evaluatePromql(parsePromql(query), store, atMs);
  if (value.kind === 'scalar') return value.value;
  return value.elements.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}=${text}`);
    return `{${pairs.toSorted().join(',')}} ${Number(value.toPrecision(6))}`;
  });
}
function mistake(query: string): string {
  try {
    asked(query);
  } catch (error) {
    if (error instanceof PromqlError) return `${error.offset}: ${error.message}`;
    throw error;
  }
  throw new Error('the query was accepted');
}

describe('PromQL', () => {
  const cases: [string, number | string[]][] = [
    ['1 + 2 * 3 ^ 2 - -4', 23],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['(1 + 2) * 3 % 4', 1],
    ['1 > bool 2', 0],
    ['time()', 300],
    ['memory_bytes', ['{__name__=memory_bytes,pod=a} 400', '{__name__=memory_bytes,pod=b} 50']],
    ['memory_bytes{pod="a"}', ['{__name__=memory_bytes,pod=a} 400']],
    ['memory_bytes{pod!="a"}', ['{__name__=memory_bytes,pod=b} 50']],
    ['{pod=~"a|x", __name__=~"mem.*"}', ['{__name__=memory_bytes,pod=a} 400']],
    ['memory_bytes{pod!~"a.*"}', ['{__name__=memory_bytes,pod=b} 50']],
    ['memory_bytes{pod="a"} offset 1m', ['{__name__=memory_bytes,pod=a} 340']],
    ['memory_bytes > 100', ['{__name__=memory_bytes,pod=a} 400']],
    ['memory_bytes > bool 100', ['{pod=a} 1', '{pod=b} 0']],
    ['100 < memory_bytes', ['{__name__=memory_bytes,pod=a} 400']],
    ['memory_bytes / limit_bytes', ['{pod=a} 0.8', '{pod=b} 0.5']],
    ['memory_bytes / limit_bytes > 0.7', ['{pod=a} 0.8']],
    ['memory_bytes * on(pod) group_left(node) node_of', ['{node=n1,pod=a} 400', '{node=n2,pod=b} 50']],
    ['node_of * on(pod) group_right(node) memory_bytes', ['{node=n1,pod=a} 400', '{node=n2,pod=b} 50']],
    ['memory_bytes / ignoring(node) node_of', ['{pod=a} 400', '{pod=b} 50']],
    ['memory_bytes and on(pod) limit_bytes > 200', ['{__name__=memory_bytes,pod=a} 400']],
    ['memory_bytes unless on(pod) limit_bytes > 200', ['{__name__=memory_bytes,pod=b} 50']],
    ['memory_bytes{pod="a"} or limit_bytes', ['{__name__=memory_bytes,pod=a} 400', '{__name__=limit_bytes,pod=b} 100']],
    ['rate(requests_total{service="stock"}[1m])', ['{code=200,pod=c,service=stock} 3']],
    ['rate(requests_total{pod="b"}[5m])', ['{code=200,pod=b,service=web} 1.93103']],
    ['increase(requests_total{code="500"}[1m])', ['{code=500,pod=a,service=web} 60']],
    ['irate(requests_total{code="500"}[1m])', ['{code=500,pod=a,service=web} 1']],
    ['sum(rate(requests_total[1m]))', ['{} 11']],
    ['sum by (service) (rate(requests_total[1m]))', ['{service=web} 8', '{service=stock} 3']],
    ['sum without (pod, code) (rate(requests_total[1m]))', ['{service=web} 8', '{service=stock} 3']],
    [
      'sum(rate(requests_total{code=~"5.."}[1m])) by (service) / sum(rate(requests_total[1m])) by (service)',
      ['{service=web} 0.125'],
    ],
    ['count(requests_total)', ['{} 4']],
    ['max by (pod) (memory_bytes)', ['{pod=a} 400', '{pod=b} 50']],
    ['avg(memory_bytes)', ['{} 225']],
    ['topk(1, memory_bytes)', ['{__name__=memory_bytes,pod=a} 400']],
    ['bottomk(1, memory_bytes)', ['{__name__=memory_bytes,pod=b} 50']],
    ['quantile(0.5, memory_bytes)', ['{} 225']],
    ['avg_over_time(memory_bytes{pod="a"}[1m])', ['{pod=a} 375']],
    ['max_over_time(memory_bytes{pod="a"}[1m] offset 2m)', ['{pod=a} 280']],
    ['deriv(memory_bytes{pod="a"}[1m])', ['{pod=a} 1']],
    ['predict_linear(memory_bytes{pod="a"}[1m], 100) >= 500', ['{pod=a} 500']],
    ['resets(requests_total{pod="b"}[5m])', ['{code=200,pod=b,service=web} 1']],
    ['changes(memory_bytes{pod="b"}[5m])', ['{pod=b} 0']],
    ['histogram_quantile(0.5, rate(duration_bucket[1m]))', ['{service=web} 0.0833333']],
    ['histogram_quantile(0.75, sum by (le) (rate(duration_bucket[1m])))', ['{} 0.3']],
    ['histogram_quantile(0.99, rate(duration_bucket[1m]))', ['{service=web} 0.95']],
    ['absent(nothing)', ['{} 1']],
    ['absent(memory_bytes)', []],
    ['gone', []],
    ['scalar(sum(memory_bytes)) + 1', 451],
    ['vector(3) + 1', ['{} 4']],
    ['clamp_max(memory_bytes, 100)', ['{pod=a} 100', '{pod=b} 50']],
    ['memory_bytes # of all\n  > 100', ['{__name__=memory_bytes,pod=a} 400']],
    ['memory_bytes == Inf', []],
  ];
  it.each(cases)('%s', (query, expected) => {
    expect(asked(query)).toEqual(expected);
  });

  it('knows that a series ended, and until when it was there', () => {
    expect(asked('gone', 195 * second)).toEqual(['{__name__=gone} 1']);
    expect(asked('gone', 200 * second)).toEqual([]);
  });

  const mistakes: [string, string][] = [
    ['sum(', '4: expected a metric, a function or a number, found the end'],
    ['memory_bytes{pod=a}', '17: expected a text in quotes, found a'],
    ['memory_bytes{pod~"a"}', '16: "~\\"a\\"}" cannot stand here'],
    ['rate(memory_bytes)', '5: rate takes a range, such as requests_total[1m]'],
    ['memory_bytes[5m]', '0: a range alone says nothing; put it into a function such as rate()'],
    ['memory_bytes[5]', '13: expected a duration such as 30s or 5m, found 5'],
    ['rates(memory_bytes[5m])', '0: there is no function rates; there are rate'],
    ['1 == 1', '2: two numbers are compared with == bool'],
    ['memory_bytes{pod=~"("}', '18: not a regular expression: error parsing regexp: missing closing )'],
    ['requests_total / on(service) memory_bytes', '15: several series on one side belong to one on the other'],
    ['memory_bytes + "x"', '15: a text cannot be reckoned with'],
    ['{}', '0: a selector needs a metric or a label that is not empty'],
    ['clamp_max(memory_bytes)', '0: clamp_max takes 2 arguments, found 1'],
    ['1 + bool 2', '2: bool belongs to a comparison'],
    ['memory_bytes memory_bytes', '13: expected an operator or the end, found memory_bytes'],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, '40: the query is nested too deeply'],
    [`1${'+1'.repeat(300)}`, '401: a query has at most 200 operators'],
    ['x'.repeat(5000), '0: a query has at most 4096 characters'],
  ];
  it.each(mistakes)('refuses %s', (query, expected) => {
    expect(mistake(query).slice(0, expected.length)).toBe(expected);
  });

  it('stops when it looks at too much', () => {
    const sum = parsePromql(Array.from({ length: 100 }, () => 'count(requests_total)').join(' + '));
    expect(() => evaluatePromql(sum, store, 300 * second, new Budget(300))).toThrow('the query looks at too much');
    expect(() => evaluatePromql(sum, store, 300 * second)).not.toThrow();
  });

  it('matches in linear time', () => {
    const long = new TimeSeries();
    const samples = [{ name: 'm', labels: { l: `${'a'.repeat(5000)}!` }, value: 1 }];
    long.read(0, [{ name: 'm', type: 'gauge', help: '', samples }]);
    expect(evaluatePromql(parsePromql('m{l=~"(a+)+"}'), long, 0)).toEqual({ kind: 'vector', elements: [] });
  });
});
