import { trafficPictureSchema } from '@kubedan/contracts';
import { expect, it } from 'vitest';
import { trafficPicture } from './picture.js';
import { smallWorld } from './testing.js';

it('shows what there is, in figures that can be sent', () => {
  const { engine, played } = smallWorld();
  const shown = {
    plan: played.plan,
    routes: [
      {
        namespace: 'shop',
        name: 'web',
        rules: [
          {
            backends: [
              { service: 'shop/web', weight: 3 },
              { service: 'shop/next', weight: 1 },
            ],
          },
        ],
      },
    ],
    services: ['shop/web'],
    pods: new Map([
      ['uid-1', ['main']],
      ['gone', ['main']],
    ]),
    alerts: [
      {
        object: 'shop/rules',
        group: 'g',
        name: 'Slow',
        state: 'firing' as const,
        labels: { alertname: 'Slow' },
        annotations: { summary: 'It is slow.' },
        value: 1,
        activeAtMs: 2_000,
        firedAtMs: 2_000,
      },
    ],
    breakers: [['shop/stock', 'open'] as [string, 'open']],
  };
  const before = trafficPicture(engine, shown, 0, 1_000);
  expect(before.sources[0]).toEqual({
    name: 'shoppers',
    target: { kind: 'service', name: 'shop/web' },
    rate: 0,
    errorRate: 0,
    p50Ms: null,
    p99Ms: null,
    failures: {},
  });
  expect(before.cost).toEqual({ total: 0, perHour: 0, perThousandRequests: null });
  engine.advance(5_000);
  const picture = trafficPicture(engine, shown, 5_000, 3_000);
  expect(trafficPictureSchema.parse(JSON.parse(JSON.stringify(picture)))).toEqual(picture);
  expect(picture).toMatchObject({
    worldMs: 5_000,
    windowMs: 3_000,
    sources: [{ name: 'shoppers' }, { name: 'storm', rate: 0 }],
    routes: [
      {
        route: 'shop/web',
        rate: 0,
        backends: [
          { service: 'shop/web', share: 0.75 },
          { service: 'shop/next', share: 0.25 },
        ],
      },
    ],
    services: [{ service: 'shop/web', errorRate: 0, versions: [{ version: '1.0', share: 1 }] }],
    pods: [{ uid: 'uid-1' }],
    queues: [{ name: 'orders', waiting: 0 }],
    dependencies: [{ name: 'orders', kind: 'queue' }],
    alerts: [{ name: 'Slow', state: 'firing', summary: 'It is slow.', activeAtMs: 2_000 }],
    breakers: [{ name: 'shop/stock', state: 'open' }],
  });
  expect(picture.services[0]?.rate).toBeGreaterThan(30);
  expect(picture.services[0]?.p50Ms).toBeGreaterThan(9);
});
