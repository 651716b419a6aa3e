import { traceQuerySchema, traceSchema } from '@kubedan/contracts';
import type { Trace } from '@kubedan/world';
import { expect, it } from 'vitest';
import { traceListOf, traceOf } from './trace-view.js';

const trace = (id: string, ms: number, outcome: Trace['outcome'] = 'ok', source = 'shoppers'): Trace => ({
  id,
  source,
  startMs: 1_000,
  endMs: 1_000 + ms,
  outcome,
  spans: [{ id: 1, service: 'client', name: 'GET /', startMs: 1_000, endMs: 1_000 + ms, outcome }],
});
const all = [trace('a', 30), trace('b', 2_000, 'timeout'), trace('c', 10, 'refused', 'crowd'), trace('d', 20)];
const ids = (query: object) => traceListOf(all, traceQuerySchema.parse(query)).traces.map(({ id }) => id);

it('lists the newest first, and what is asked for', () => {
  expect(ids({})).toEqual(['d', 'c', 'b', 'a']);
  expect(ids({ outcome: 'errors' })).toEqual(['c', 'b']);
  expect(ids({ outcome: 'refused' })).toEqual(['c']);
  expect(ids({ source: 'shoppers', slowerThanMs: '20' })).toEqual(['b', 'a']);
  expect(ids({ sort: 'slowest', limit: '2' })).toEqual(['b', 'a']);
  expect(traceListOf(all, traceQuerySchema.parse({ limit: '1' })).found).toBe(4);
});

it('tells what it does not understand', () => {
  for (const query of [{ outcome: 'bad' }, { limit: '0' }, { limit: '101' }, { slowerThanMs: '-1' }, { other: '1' }]) {
    expect(traceQuerySchema.safeParse(query).success).toBe(false);
  }
});

it("counts the times of spans from the trace's start, and cuts what is too long", () => {
  const [span] = trace('a', 30).spans;
  const long = { ...trace('a', 30), spans: Array.from({ length: 205 }, (_, index) => ({ ...span!, id: index + 1 })) };
  const shown = traceOf(long);
  expect(traceSchema.parse(shown)).toEqual(shown);
  expect(shown).toMatchObject({ durationMs: 30, cut: 5, spans: { length: 200 } });
  expect(shown.spans[0]).toEqual({
    id: 1,
    service: 'client',
    what: 'GET /',
    startMs: 0,
    durationMs: 30,
    outcome: 'ok',
  });
});
