import { compileWorld, createWorld, type World } from '@kubedan/world';
import type { ImageCatalogue, WorldSpec } from '@kubedan/contracts';
import { PlayedWorld } from './played-world.js';

export const webImage = 'registry.example/web:1.0';
export const images: ImageCatalogue = {
  [webImage]: { serves: 8080, memory: '64Mi', work: { cpu: '10ms', variation: 0 } },
};
export const spec: WorldSpec = {
  traffic: {
    shoppers: { url: 'http://web.shop.svc/', profile: { steady: { rate: 50 } } },
    storm: { url: 'http://web.shop.svc/', profile: { steady: { rate: 500 } }, starts: 'on-request' },
  },
  dependencies: { orders: { kind: 'queue' } },
};

/** A world with one Pod `uid-1` behind the Service shop/web, as an engine of its own. */
export function smallWorld(): { engine: World; played: PlayedWorld } {
  const plan = compileWorld(spec, images);
  const engine = createWorld(plan, 'seed');
  engine.setNode({ name: 'n1', cpu: 4, memory: 2 ** 33 });
  engine.setPod({
    uid: 'uid-1',
    namespace: 'shop',
    name: 'web-1',
    node: 'n1',
    version: '1.0',
    containers: [{ name: 'main', image: webImage, startedAt: 0, serving: true }],
  });
  engine.setService({ namespace: 'shop', name: 'web', endpoints: [{ pod: 'uid-1', container: 'main' }] });
  return { engine, played: new PlayedWorld(engine, plan) };
}
