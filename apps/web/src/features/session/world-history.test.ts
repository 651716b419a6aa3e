import type { WorldSeries } from '@kubedan/contracts';
import { expect, it } from 'vitest';
import { mergeSeries } from './world-history';

const seriesOf = (from: number, to: number, requests = 1): WorldSeries => {
  const second = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const all = (value: number) => second.map(() => value);
  return {
    second,
    requests: all(requests),
    errors: all(0),
    p50Ms: all(1),
    p99Ms: all(2),
    replicas: all(1),
    nodes: all(1),
    perHour: all(0),
  };
};

it('puts the last seconds to the history, each once', () => {
  const { series, hasGap } = mergeSeries(seriesOf(0, 9), seriesOf(7, 11, 5));
  expect(series.second).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(series.requests.slice(6)).toEqual([1, 5, 5, 5, 5, 5]);
  expect(hasGap).toBe(false);
});

it('says when seconds are missing', () => {
  expect(mergeSeries(seriesOf(0, 3), seriesOf(4, 5)).hasGap).toBe(false);
  expect(mergeSeries(seriesOf(0, 3), seriesOf(6, 7)).hasGap).toBe(true);
});

it('keeps ten minutes, and what there was when nothing is new', () => {
  expect(mergeSeries(seriesOf(0, 599), seriesOf(598, 602)).series.second).toHaveLength(600);
  expect(mergeSeries(seriesOf(0, 3), seriesOf(1, 0)).series.second).toHaveLength(4);
  expect(mergeSeries(undefined, seriesOf(3, 4)).series.second).toEqual([3, 4]);
});
