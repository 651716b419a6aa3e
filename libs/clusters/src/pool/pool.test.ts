import { beforeEach, describe, expect, it } from 'vitest';
import { ClusterPool, type Reservation } from './cluster-pool.js';
import { Reconciler, type SessionOwner } from './reconciler.js';
import { FakeProvider, MemoryStore } from './testing.js';

const signal = new AbortController().signal;
const spec = { nodes: 1, images: {}, seed: 's' };
const target = { provider: 'embedded', nodes: 0, size: 1 } as const;

let store: MemoryStore;
let provider: FakeProvider;
let pool: ClusterPool;
let told: string[];

beforeEach(() => {
  store = new MemoryStore();
  provider = new FakeProvider();
  told = [];
  let count = 0;
  pool = new ClusterPool({
    store,
    newId: () => `w${++count}`,
    observer: {
      claimed: (_name, how) => told.push(`claimed ${how}`),
      lost: (_name, id) => told.push(`lost ${id}`),
      orphaned: (_name, id) => told.push(`orphan ${id}`),
      failed: (what) => told.push(`failed ${what}`),
    },
  });
});

/** Books a warm or warming cluster as the server does, else a cold one. */
const reserve = async (): Promise<Reservation> => {
  for (const entry of store.entries.values()) {
    if (entry.state !== 'warm' && entry.state !== 'warming') continue;
    entry.state = 'claimed';
    return { id: entry.id, from: 'pool' };
  }
  store.put({ id: 'cold', state: 'claimed', wish: 'coming' });
  return { id: 'cold', from: 'cold' };
};

describe('ClusterPool', () => {
  it('hands out a warm cluster, and makes one when there is none', async () => {
    await pool.refill(provider, target, signal);
    expect(store.states).toEqual({ w1: 'warm' });
    expect((await pool.provide(provider, spec, reserve, signal)).id).toBe('w1');
    expect((await pool.provide(provider, spec, reserve, signal)).id).toBe('cold');
    expect(told).toEqual(['claimed warm', 'claimed cold']);
  });

  it('waits for a cluster that is being made instead of making another', async () => {
    const gate = Promise.withResolvers<void>();
    provider.onWarm = () => gate.promise;
    const refill = pool.refill(provider, target, signal);
    const provided = pool.provide(provider, spec, reserve, signal);
    gate.resolve();
    expect((await provided).id).toBe('w1');
    await refill;
    expect(store.states).toEqual({ w1: 'claimed' });
    expect(told).toEqual(['claimed warming']);
  });

  it('asks a warm cluster whether it is well before it hands it out, and takes another when not', async () => {
    await pool.refill(provider, target, signal);
    await pool.refill(provider, target, signal);
    provider.sick.add('w1');
    expect((await pool.provide(provider, spec, reserve, signal)).id).toBe('w2');
    expect(store.states).toEqual({ w1: 'doomed', w2: 'claimed' });
    expect(told).toEqual(['lost w1', 'claimed warm']);
  });

  it('leaves nothing in the pool of a cluster that could not be made', async () => {
    provider.onWarm = () => Promise.reject(new Error('no disk'));
    await pool.refill(provider, target, signal);
    expect(store.states).toEqual({ w1: 'doomed' });
    expect(told).toEqual(['failed making w1 for the pool']);
  });

  it('does not wait for a cluster of the pool when its session is over', async () => {
    provider.onWarm = () => new Promise(() => undefined);
    void pool.refill(provider, target, signal);
    const over = new AbortController();
    const provided = pool.provide(provider, spec, reserve, over.signal);
    over.abort(new Error('the session ended'));
    await expect(provided).rejects.toThrow('the session ended');
  });
});

describe('Reconciler', () => {
  let size: number;
  let hasRoom: boolean;
  const owner: SessionOwner = {
    discard: async ({ id }) => {
      told.push(`discard ${id}`);
      await provider.destroy(id);
      await store.remove(id);
    },
    lost: async (id) => void told.push(`told that ${id} is lost`),
    settle: async ({ id, wish }) => void told.push(`settle ${id} ${wish}`),
  };
  const reconciler = (): Reconciler =>
    new Reconciler({
      store,
      pool,
      providers: [provider],
      owner,
      targets: async () => [{ ...target, size }],
      hasRoom: () => hasRoom,
      observer: { orphaned: (_name, id) => told.push(`orphan ${id}`), lost: (_name, id) => told.push(`lost ${id}`) },
      interval: 1_000_000,
      patience: { answer: 50, again: 0 },
    });
  const settled = async (passes = 1): Promise<void> => {
    const one = reconciler();
    for (let pass = 0; pass < passes; pass += 1) {
      await one.pass();
      await one.idle();
    }
  };
  beforeEach(() => {
    size = 0;
    hasRoom = true;
  });

  it('fills the pool to its size, one cluster at a time, and only where there is room', async () => {
    size = 2;
    hasRoom = false;
    await settled();
    expect(store.states).toEqual({});
    hasRoom = true;
    await settled();
    expect(store.states).toEqual({ w1: 'warm' });
    await settled(2);
    expect(store.states).toEqual({ w1: 'warm', w2: 'warm' });
  });

  it('takes the rest out of a pool that has become smaller', async () => {
    size = 2;
    await settled(2);
    size = 1;
    await settled();
    expect(store.states).toEqual({ w1: 'warm' });
    expect([...provider.clusters.keys()]).toEqual(['w1']);
  });

  it('destroys what is in no book, and what a process left half made or doomed', async () => {
    for (const id of ['orphan', 'half', 'bad']) provider.clusters.set(id, 'running');
    store.put({ id: 'half', state: 'warming' });
    store.put({ id: 'bad', state: 'doomed' });
    store.put({ id: 'never-made', state: 'warming' });
    await settled();
    expect(provider.clusters.size).toBe(0);
    expect(store.states).toEqual({});
    expect(told).toEqual(['orphan orphan']);
  });

  it('leaves alone what somebody in this process works on', async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    provider.onWarm = () => {
      entered.resolve();
      return gate.promise;
    };
    const refill = pool.refill(provider, target, signal);
    await entered.promise;
    store.put({ id: 'booked', state: 'claimed', wish: 'unwanted' });
    await pool.hold('booked', () => settled());
    expect(store.states).toEqual({ w1: 'warming', booked: 'claimed' });
    gate.resolve();
    await refill;
    expect(store.states).toEqual({ w1: 'warm', booked: 'claimed' });
  });

  it('replaces a warm cluster that stopped', async () => {
    size = 1;
    await settled();
    provider.sick.add('w1');
    await settled(2);
    expect(store.states).toEqual({ w2: 'warm' });
    expect(told).toEqual(['lost w1']);
  });

  it('tells of a dead cluster of a session, but not of one that is slow to answer', async () => {
    for (const id of ['dead', 'slow', 'well']) {
      provider.clusters.set(id, 'running');
      store.put({ id, state: 'claimed', wish: 'running' });
    }
    provider.sick.add('dead');
    const ask = provider.isHealthy.bind(provider);
    provider.isHealthy = async (id: string, limit?: AbortSignal) => {
      if (id !== 'slow') return ask(id);
      return new Promise((_resolve, reject) => limit?.addEventListener('abort', () => reject(limit.reason as Error)));
    };
    await settled();
    expect(told).toEqual(['told that dead is lost']);
  });

  it('tells of a cluster that sleeps or runs against its session, and discards one without a session', async () => {
    provider.clusters.set('asleep', 'suspended');
    provider.clusters.set('awake', 'running');
    provider.clusters.set('left', 'running');
    provider.clusters.set('right', 'suspended');
    store.put({ id: 'asleep', state: 'claimed', wish: 'running' });
    store.put({ id: 'awake', state: 'claimed', wish: 'suspended' });
    store.put({ id: 'right', state: 'claimed', wish: 'suspended' });
    store.put({ id: 'coming', state: 'claimed', wish: 'coming' });
    store.put({ id: 'left', state: 'claimed', wish: 'unwanted' });
    await settled();
    expect(told.toSorted()).toEqual(['discard left', 'settle asleep running', 'settle awake suspended']);
    expect(Object.keys(store.states)).toEqual(['asleep', 'awake', 'right', 'coming']);
  });

  it('neither touches nor fills the clusters of a provider that cannot be asked', async () => {
    store.put({ id: 'mine', state: 'warm' });
    size = 2;
    provider.list = () => Promise.reject(new Error('Docker is away'));
    await settled();
    expect(store.states).toEqual({ mine: 'warm' });
  });

  it('asks a provider that has nothing and needs nothing only now and then', async () => {
    let asked = 0;
    const list = provider.list.bind(provider);
    provider.list = () => {
      asked += 1;
      return list();
    };
    await settled(10);
    expect(asked).toBe(1);
    size = 1;
    await settled(3);
    expect(asked).toBe(4);
  });
});
