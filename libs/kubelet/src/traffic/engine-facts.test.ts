import type { KubeObject } from '@kubedan/kube';
import { compileWorld, createWorld } from '@kubedan/world';
import { describe, expect, it } from 'vitest';
import { podOf, Stage } from '../testing.js';
import { EngineFacts } from './engine-facts.js';
import { PlayedWorld } from './played-world.js';
import type { Surrounding } from './route-facts.js';
import type { Watched } from './watched.js';

const catalogue = { 'app:1': { serves: 8080, startsIn: '2s', work: { cpu: '5ms' } } };
const byFullName = { 'docker.io/library/app:1': catalogue['app:1'] };
const world = { traffic: { shoppers: { url: 'http://web.shop.svc/', profile: { steady: { rate: 50 } } } } };

const service = (targetPort: number): { service: KubeObject; slice: KubeObject } => ({
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { ports: [{ port: 80 }] },
  },
  slice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    ports: [{ port: targetPort }],
    endpoints: [{ addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', uid: 'uid-1' } }],
  },
});

/** One Pod behind one Service, in held time. */
function scene() {
  const plan = compileWorld(world, byFullName);
  const played = new PlayedWorld(createWorld(plan, 'seed'), plan);
  const stage = new Stage(podOf(), catalogue);
  const facts = new EngineFacts(played, (uid) => (uid === 'uid-1' ? stage.machine : undefined));
  facts.nodeIs({ name: 'n1', labels: {}, allocatable: { cpu: '4', memory: '8Gi' } });
  const nothing = { items: new Map() };
  const follow = (targetPort: number) => {
    const one = service(targetPort);
    const watched = {
      routes: nothing,
      limits: nothing,
      breakers: nothing,
      slices: { items: new Map([['s', one.slice]]) },
    } as unknown as Watched;
    const around = { classes: [], gateways: new Map(), services: new Map([['shop/web', one.service]]) };
    facts.follow(watched, around as unknown as Surrounding, stage.now);
  };
  let now = 0;
  /** Lets a second of the world pass. @returns how requests ended in it */
  const second = () => {
    now += 1_000;
    played.engine.advance(now);
    return played.engine.figures({ kind: 'source', name: 'shoppers' }, 1_000).outcomes;
  };
  return { facts, stage, follow, second };
}

describe('what the engine is told', () => {
  it('is a Pod from its start on, that it serves, and its end', () => {
    const { facts, stage, follow, second } = scene();
    stage.pass(500);
    follow(8080);
    expect(facts.podIs(stage.machine, stage.now)).toBe(true);
    expect(facts.podIs(stage.machine, stage.now)).toBe(false);
    // It has started, and its port does not answer yet.
    expect(second()).toMatchObject({ ok: 0 });
    stage.pass(5_000);
    expect(facts.passTo(stage.now)).toBe(true);
    expect(facts.passTo(stage.now)).toBe(false);
    second();
    expect(second().ok).toBeGreaterThan(20);
    expect(facts.podIsGone('uid-1')).toBe(true);
    expect(facts.podIsGone('uid-1')).toBe(false);
    second();
    expect(second()).toMatchObject({ ok: 0 });
  });

  it('is a port that nobody listens on, where requests are refused', () => {
    const { facts, stage, follow, second } = scene();
    stage.pass(5_000);
    facts.podIs(stage.machine, stage.now);
    follow(9090);
    second();
    expect(second()).toMatchObject({ ok: 0, 'no-endpoint': 0 });
    follow(8080);
    second();
    expect(second().ok).toBeGreaterThan(20);
    expect(facts.known.services).toEqual(['shop/web']);
  });

  it('is nothing of a Pod that is still being taken up: what ran before runs still', () => {
    const { facts, stage, follow, second } = scene();
    stage.pass(5_000);
    facts.podIs(stage.machine, stage.now);
    follow(8080);
    second();
    stage.restart();
    expect(stage.machine.isTakenUp).toBe(false);
    expect(facts.podIs(stage.machine, stage.now)).toBe(false);
    expect(second().ok).toBeGreaterThan(20);
    stage.poke();
    expect(stage.machine.isTakenUp).toBe(true);
  });
});
