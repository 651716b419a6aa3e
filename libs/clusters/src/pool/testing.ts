import type { ClusterHandle, ClusterProvider, ClusterShape, ClusterSpec, RunningCluster } from '../provider.js';
import type { ClusterEntry, EntryState, PoolStore } from './entry.js';

/** Books in memory, which can be seen and changed by a test. */
export class MemoryStore implements PoolStore {
  readonly entries = new Map<string, ClusterEntry>();

  put(entry: Partial<ClusterEntry> & { id: string; state: EntryState }): void {
    this.entries.set(entry.id, { provider: 'embedded', nodes: 0, ...entry });
  }

  async all(): Promise<ClusterEntry[]> {
    return [...this.entries.values()].map((entry) => ({ ...entry }));
  }

  async add(entry: Omit<ClusterEntry, 'state'>): Promise<void> {
    this.put({ ...entry, state: 'warming' });
  }

  async move(id: string, from: EntryState, to: EntryState): Promise<boolean> {
    const entry = this.entries.get(id);
    if (entry?.state !== from) return false;
    entry.state = to;
    return true;
  }

  async remove(id: string): Promise<void> {
    this.entries.delete(id);
  }

  /** @returns id → state */
  get states(): Record<string, string> {
    return Object.fromEntries([...this.entries.values()].map(({ id, state }) => [id, state]));
  }
}

/** A provider whose clusters are names in a map. */
export class FakeProvider implements ClusterProvider {
  readonly name = 'embedded';
  readonly capabilities = ['control-plane'] as const;
  readonly clusters = new Map<string, ClusterHandle['state']>();
  readonly sick = new Set<string>();
  /** Called, and waited for, while a cluster is made. */
  onWarm: (shape: ClusterShape) => Promise<void> = async () => undefined;

  async probe(): Promise<{ usable: true }> {
    return { usable: true };
  }
  warmNodes(): number {
    return 0;
  }
  async warm(shape: ClusterShape): Promise<void> {
    await this.onWarm(shape);
    this.clusters.set(shape.id, 'running');
  }
  async claim({ id }: ClusterSpec): Promise<RunningCluster> {
    if (this.clusters.get(id) !== 'running') throw new Error(`there is no ${id}`);
    return { id, provider: this.name, state: 'running' } as RunningCluster;
  }
  async create(spec: ClusterSpec): Promise<RunningCluster> {
    await this.warm({ id: spec.id, nodes: 0 });
    return this.claim(spec);
  }
  async isHealthy(id: string): Promise<boolean> {
    return this.clusters.get(id) === 'running' && !this.sick.has(id);
  }
  async suspend(id: string): Promise<void> {
    this.clusters.set(id, 'suspended');
  }
  async resume(id: string): Promise<RunningCluster> {
    this.clusters.set(id, 'running');
    return { id, provider: this.name, state: 'running' } as RunningCluster;
  }
  async destroy(id: string): Promise<void> {
    this.clusters.delete(id);
  }
  async list(): Promise<ClusterHandle[]> {
    return [...this.clusters].map(([id, state]) => ({ id, provider: this.name, state }));
  }
  onLost(): void {
    // Nothing stops here by itself.
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.clusters.clear();
  }
}
