import { describe, expect, it } from 'vitest';
import { addPod, MiB, second, serve, shop } from '../shop.fixture.js';
import { expositionOf } from './families.js';
import { AlertRules, type AlertChange } from './rules.js';
import { TimeSeries } from './time-series.js';

const errorRule = {
  alert: 'TooManyErrors',
  expr: 'sum by (service) (rate(service_requests_total{code=~"5.."}[1m])) / sum by (service) (rate(service_requests_total[1m])) > 0.1',
  for: '30s',
  labels: { severity: 'page' },
  annotations: {
    summary: '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail; {{ .Unknown }}',
  },
};
const spec = (...rules: object[]) => ({ groups: [{ name: 'shop', interval: '5s', rules }] });

/** A shop in which something goes wrong from 60 s to 180 s; readings every 5 s. */
function watched(rules: unknown, untilSeconds = 300) {
  const world = shop({
    rate: 100,
    work: { cpu: '2ms', calls: [{ to: 'db', timeout: '200ms' }] },
    world: {
      dependencies: { db: { kind: 'database' } },
      incidents: [{ name: 'broken', on: 'db', at: '60s', lasts: '120s', errors: 0.3 }],
    },
  });
  const store = new TimeSeries();
  const alerts = new AlertRules(store);
  expect(alerts.setRules('shop/rules', rules)).toEqual([]);
  const changes: AlertChange[] = [];
  for (let at = 5; at <= untilSeconds; at += 5) {
    world.advance(at * second);
    store.read(at * second, world.metrics());
    const looked = alerts.evaluate(at * second);
    expect(looked.errors).toEqual([]);
    changes.push(...looked.changes);
  }
  return { world, store, alerts, changes };
}

describe('alert rules', () => {
  it('are pending, fire after `for`, and are resolved', () => {
    const { changes, alerts } = watched(spec(errorRule));
    expect(changes.map(({ change }) => change)).toEqual(['pending', 'firing', 'resolved']);
    const [pending, firing, resolved] = changes.map(({ atMs }) => atMs / second);
    // 0.3 of the requests fail; a tenth of a minute's have after 20 s.
    expect(pending).toBeGreaterThanOrEqual(75);
    expect(pending).toBeLessThanOrEqual(90);
    expect(firing).toBe((pending ?? 0) + 30);
    expect(resolved).toBeGreaterThan(205);
    expect(resolved).toBeLessThan(230);
    expect(changes[1]?.alert).toMatchObject({
      object: 'shop/rules',
      group: 'shop',
      name: 'TooManyErrors',
      state: 'firing',
      labels: { alertname: 'TooManyErrors', service: 'web', severity: 'page' },
    });
    expect(changes[1]?.alert.annotations['summary']).toMatch(
      /^\d+\.?\d*% of the requests to web fail; \{\{ \.Unknown \}\}$/,
    );
    expect(alerts.alerts).toEqual([]);
  });

  it('show what is on at the moment', () => {
    const { alerts } = watched(spec(errorRule, { alert: 'Always', expr: 'vector(1)' }), 120);
    expect(alerts.alerts.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'TooManyErrors firing',
      'Always firing',
    ]);
  });

  it('do not fire for what does not last', () => {
    const { changes } = watched(spec({ ...errorRule, for: '5m' }));
    expect(changes.map(({ change }) => change)).toEqual(['pending']);
  });

  it('go on firing as long as they are told to', () => {
    const { changes } = watched(spec({ ...errorRule, keep_firing_for: '1m' }));
    const { changes: plain } = watched(spec(errorRule));
    expect((changes.at(-1)?.atMs ?? 0) - (plain.at(-1)?.atMs ?? 0)).toBe(60 * second);
  });

  it('can build on recorded rules', () => {
    const { changes } = watched(
      spec(
        { record: 'service:errors:rate1m', expr: 'sum by (service) (rate(service_requests_total{code="500"}[1m]))' },
        { alert: 'Errors', expr: 'service:errors:rate1m > 5' },
      ),
    );
    expect(changes.map(({ change }) => change)).toEqual(['firing', 'resolved']);
  });

  it('find latencies by buckets, as close as these are', () => {
    const { store, alerts, world } = watched(spec({ alert: 'Slow', expr: 'vector(0) > 1' }), 120);
    const probe = (expr: string): number => {
      alerts.setRules('shop/probe', spec({ alert: 'Probe', expr }));
      alerts.evaluate(120 * second);
      return alerts.alerts.find(({ name }) => name === 'Probe')?.value ?? Number.NaN;
    };
    expect(store.lastMs).toBe(120 * second);
    const seconds = probe('histogram_quantile(0.9, sum by (le) (rate(service_request_duration_seconds_bucket[1m])))');
    const exact = world.figures({ kind: 'service', service: 'shop/web' }, 60 * second).p90Ms / 1000;
    expect(seconds).toBeGreaterThan(exact * 0.7);
    expect(seconds).toBeLessThan(exact * 1.5);
    expect(probe('sum(rate(container_cpu_usage_seconds_total{pod="web-0"}[1m]))')).toBeCloseTo(0.2, 1);
  });

  it('say what is wrong, and take no rule of an object with a mistake', () => {
    const alerts = new AlertRules(new TimeSeries());
    expect(alerts.setRules('a/b', { groups: 5 })).toEqual([
      'spec.groups: Invalid input: expected array, received number',
    ]);
    expect(alerts.setRules('a/b', spec({ alert: 'A', expr: 'sum(' }, { expr: '1' }))).toEqual([
      'spec.groups.0.rules.0.expr: at character 5: expected a metric, a function or a number, found the end',
      'spec.groups.0.rules.1: a rule has either alert or record',
    ]);
    expect(alerts.setRules('a/b', spec({ alert: 'A', expr: 'vector(1)', for: 'soon' }))).toEqual([
      'spec.groups.0.rules.0.for: expected a duration such as 30s or 5m',
    ]);
    alerts.evaluate(0);
    expect(alerts.alerts).toEqual([]);
    expect(alerts.setRules('a/b', spec({ alert: 'A', expr: '1 + on(x) vector(1)' }))).toEqual([]);
  });

  it('are not too many', () => {
    const alerts = new AlertRules(new TimeSeries());
    const rules = Array.from({ length: 100 }, (_, i) => ({ alert: `A${i}`, expr: 'vector(1)' }));
    expect(alerts.setRules('a/one', spec(...rules))).toEqual([]);
    expect(alerts.setRules('a/two', spec(...rules))).toEqual([]);
    const refused = ['spec.groups: there may be 200 rules in all objects together'];
    expect(alerts.setRules('a/three', spec(...rules))).toEqual(refused);
    expect(alerts.setRules('a/two', spec(...rules))).toEqual([]);
  });

  it('tell of queries that fail when they run', () => {
    const alerts = new AlertRules(new TimeSeries());
    alerts.setRules('a/b', spec({ alert: 'A', expr: 'vector(1) + "x"' }));
    expect(alerts.evaluate(0).errors).toEqual([
      { object: 'a/b', rule: 'A', message: 'a text cannot be reckoned with' },
    ]);
    alerts.removeRules('a/b');
    expect(alerts.evaluate(9000).errors).toEqual([]);
  });

  it('keep an alert over a change of the object that leaves it alone', () => {
    const alerts = new AlertRules(new TimeSeries());
    alerts.setRules('a/b', spec({ alert: 'A', expr: 'vector(1)', for: '1m' }));
    alerts.evaluate(0);
    alerts.setRules('a/b', spec({ alert: 'A', expr: 'vector(2)', for: '1m' }));
    expect(alerts.evaluate(60_000).changes).toMatchObject([{ change: 'firing', alert: { value: 2, activeAtMs: 0 } }]);
  });
});

describe('metrics', () => {
  it('are written as Prometheus reads them', () => {
    const world = shop({
      rate: 50,
      memory: '10Mi',
      work: { cpu: '2ms' },
      container: { cpuLimit: 1 },
      world: {
        dependencies: { jobs: { kind: 'queue' } },
        nodeTypes: { small: { cpu: '1', memory: '1Gi', pricePerHour: 0.36 } },
      },
    });
    world.setNode({ name: 'node-0', cpu: 1, memory: 1024 * MiB, type: 'small', zone: 'a' });
    addPod(world, 'web', 1, 'node-0', {}, '2 "quoted"');
    serve(world, 'web', 2);
    world.advance(20 * second);
    const text = expositionOf(world.metrics());
    const lines = text.split('\n');
    expect(lines).toContain('# TYPE service_request_duration_seconds histogram');
    expect(lines).toContain('node_price_dollars_per_hour{node="node-0",type="small",zone="a",spot="false"} 0.36');
    const spent = lines.find((line) => line.startsWith('world_spent_dollars_total '));
    expect(Number(spent?.split(' ')[1])).toBeCloseTo(0.002, 9);
    expect(lines).toContain('queue_messages_waiting{queue="jobs"} 0');
    expect(text).toMatch(
      /\ncontainer_memory_working_set_bytes\{namespace="shop",pod="web-0",container="main",version="1",node="node-0"\} \d+\n/,
    );
    expect(text).toContain('version="2 \\"quoted\\""');
    // Every line is a comment or a sample.
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="(\\.|[^"\\])*",?)*\})? [-+\w.]+)$/);
    const total = world.figures({ kind: 'source', name: 'shoppers' }, 20 * second).count;
    expect(lines).toContain(`client_requests_total{source="shoppers",code="200",outcome="ok"} ${total}`);
    expect(lines).toContain(`client_request_duration_seconds_count{source="shoppers"} ${total}`);
  });

  it('have cumulative buckets that end with all', () => {
    const world = shop({ rate: 200, work: { cpu: '4ms' } });
    world.advance(30 * second);
    const family = world.metrics().find(({ name }) => name === 'http_request_duration_seconds');
    const counts = family?.samples.filter(({ name }) => name.endsWith('_bucket')).map(({ value }) => value) ?? [];
    expect(counts).toHaveLength(12);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(family?.samples.at(-1)?.value);
    expect(counts[0]).toBeGreaterThan(0);
  });
});
