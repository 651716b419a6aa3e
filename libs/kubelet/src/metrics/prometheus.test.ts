import { expect, it } from 'vitest';
import { smallWorld } from '../traffic/testing.js';
import { prometheusText, requestsOf } from './prometheus.js';

const facts = {
  image: 'registry.example/web:"1"',
  version: '1',
  startedAt: 1_500,
  usage: { cpuMillicores: 10, memoryBytes: 4096 },
  cpuSeconds: 2.5,
};

it('is what Prometheus reads, with the requests of this container alone', () => {
  const { engine } = smallWorld();
  engine.advance(5_000);
  const mine = requestsOf(engine.metrics(), { namespace: 'shop', pod: 'web-1', container: 'main' });
  const text = prometheusText({ ...facts, requests: mine });
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^# (HELP|TYPE) [a-z_]+ .+$|^[a-z_]+(\{([a-z]+="(\\.|[^"\\])*",?)+\})? (NaN|[\d.e+-]+)$/);
  expect(text).toContain('app_info{image="registry.example/web:\\"1\\"",version="1"} 1\n');
  expect(text).toContain('process_start_time_seconds 1.5\n');
  expect(text).toMatch(/^http_requests_total\{code="200",outcome="ok"\} [1-9]\d*$/m);
  expect(text).toMatch(/^http_request_duration_seconds_bucket\{le="\+Inf"\} [1-9]\d*$/m);
  expect(text).not.toMatch(/client_|container_|pod=/);
  expect(requestsOf(engine.metrics(), { namespace: 'shop', pod: 'web-2', container: 'main' })).toEqual([]);
});

it('has nothing of requests for a program that nobody counts', () => {
  expect(prometheusText(facts)).not.toContain('http_');
});
