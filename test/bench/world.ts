import { imageCatalogueSchema, worldSchema } from '@kubedan/contracts';
import { compileWorld, createWorld, type World } from '@kubedan/world';
import { print } from './figure.js';

const nodes = 100;
const pods = 1000;
const rate = 100_000;

/** A shop of 1,000 Pods on 100 nodes: every request uses CPU and asks a cache; one in ten asks the database behind it, some DNS. */
function largeShop(): World {
  const plan = compileWorld(
    worldSchema.parse({
      traffic: { shoppers: { url: 'http://shop.example/', profile: { steady: { rate } }, timeout: '2s', retries: 1 } },
      dependencies: {
        cache: { kind: 'cache', latency: '1ms', concurrency: 1024, behind: 'database' },
        database: { kind: 'database', latency: '5ms', concurrency: 256 },
        dns: { kind: 'dns' },
      },
    }),
    imageCatalogueSchema.parse({
      web: { memory: '60Mi', work: { cpu: '2ms', memory: '1Mi', calls: [{ to: 'cache', timeout: '100ms' }] } },
    }),
  );
  const world = createWorld(plan, 'bench');
  for (let n = 0; n < nodes; n += 1) world.setNode({ name: `node-${n}`, cpu: 8, memory: 32 * 2 ** 30 });
  const endpoints = Array.from({ length: pods }, (_, p) => ({ pod: `web-${p}`, container: 'web' }));
  for (const [p, { pod }] of endpoints.entries()) {
    world.setPod({
      uid: pod,
      namespace: 'shop',
      name: pod,
      node: `node-${p % nodes}`,
      version: '1',
      containers: [
        {
          name: 'web',
          image: 'web',
          startedAt: 0,
          serving: true,
          cpuLimit: 0.5,
          cpuRequest: 0.25,
          memoryLimit: 2 ** 28,
        },
      ],
    });
  }
  world.setService({ namespace: 'shop', name: 'web', endpoints });
  world.setRoute({ namespace: 'shop', name: 'web', rules: [{ backends: [{ service: 'shop/web', weight: 1 }] }] });
  return world;
}

/** CPU time of this process for each second of a large world. @param seconds how many are measured, after ten to warm up */
export function measureWorld(seconds: number): Promise<void> {
  const world = largeShop();
  world.advance(10_000);
  const samples: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const before = process.cpuUsage();
    world.advance(world.nowMs + 1000);
    const { user, system } = process.cpuUsage(before);
    samples.push((user + system) / 1000);
  }
  const { count, errorRate } = world.figures({ kind: 'source', name: 'shoppers' }, seconds * 1000);
  if (count < 0.95 * rate * seconds || errorRate > 0.001)
    throw new Error(`the world did not carry its load: ${count} requests in ${seconds} s, ${errorRate} of them failed`);
  const mean = samples.reduce((sum, one) => sum + one, 0) / seconds;
  print({
    name: 'world-100k',
    unit: 'ms',
    samples,
    reach: 500,
    by: 'p99',
    what: `CPU time for one second of a world of ${nodes} nodes, ${pods} pods and ${rate} requests a second; ${(1000 / mean).toFixed(1)} simulated seconds per CPU second`,
  });
  return Promise.resolve();
}
