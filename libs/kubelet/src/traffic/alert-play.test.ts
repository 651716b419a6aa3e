import { describe, expect, it } from 'vitest';
import { AlertPlay } from './alert-play.js';
import type { PrometheusRule } from './objects.js';
import { smallWorld } from './testing.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const rules = (name: string, ...all: object[]): PrometheusRule => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name, namespace: 'shop', generation: 1 },
  spec: { groups: [{ name: 'g', interval: '5s', rules: all }] },
});
const busy = {
  alert: 'Busy',
  expr: 'sum by (service) (rate(service_requests_total[30s])) > 10',
  for: '10s',
  labels: { severity: 'page' },
  annotations: { summary: '{{ $labels.service }} gets too much' },
};

describe('alert rules', () => {
  it('fire when what they say has been true for long enough, and say so', () => {
    const { engine } = smallWorld();
    const play = new AlertPlay(engine);
    const object = rules('shop', busy);
    const heard: string[] = [];
    play.follow([object]);
    for (let at = 1_000; at <= 40_000; at += 1_000) {
      engine.advance(at);
      for (const { alert, change } of play.step(at) ?? []) heard.push(`${at / 1000} ${alert.name} ${change}`);
    }
    expect(heard).toEqual([expect.stringMatching(/^\d+ Busy pending$/), expect.stringMatching(/^\d+ Busy firing$/)]);
    const status = play.statusOf(object, START, START + 40_000);
    expect(status.conditions).toMatchObject([{ type: 'Accepted', status: 'True' }]);
    expect(status.alerts).toMatchObject([
      {
        name: 'Busy',
        state: 'firing',
        labels: { alertname: 'Busy', service: 'web', severity: 'page' },
        annotations: { summary: 'web gets too much' },
        activeAt: expect.stringMatching(/^2026-01-01T00:00:\d\dZ$/),
      },
    ]);
    play.follow([]);
    expect(play.alerts).toEqual([]);
  });

  it('say what is wrong with them, until they are mended', () => {
    const { engine } = smallWorld();
    const play = new AlertPlay(engine);
    const wrong = rules('shop', { alert: 'Wrong', expr: 'rate(' });
    play.follow([wrong]);
    const accepted = (object: PrometheusRule) => play.statusOf(object, START, START).conditions?.[0];
    expect(accepted(wrong)).toMatchObject({
      status: 'False',
      reason: 'Invalid',
      message: expect.stringMatching(/^spec\.groups\.0\.rules\.0\.expr: at character \d+: /),
    });
    play.follow([rules('shop', busy)]);
    expect(accepted(wrong)).toMatchObject({ status: 'True' });
    play.follow([{ ...wrong, spec: { groups: 'none' } }]);
    expect(accepted(wrong)).toMatchObject({ status: 'False', message: expect.stringContaining('spec.groups') });
  });

  it('cost nothing where there are none', () => {
    const play = new AlertPlay({
      metrics() {
        throw new Error('nobody asks');
      },
    });
    expect(play.step(60_000)).toBeUndefined();
    expect(play.alerts).toEqual([]);
  });
});
