import type { ClusterId, ProviderName } from '../provider.js';

/**
 * warming: being made for the pool. warm: waits for a session. claimed: belongs to a session, which may still wait for it.
 * doomed: nobody wants it any more.
 */
export type EntryState = 'warming' | 'warm' | 'claimed' | 'doomed';

/**
 * What the session of a claimed cluster wants of it. coming: it is being brought up. unwanted: the session ended, was reset or
 * is not there.
 */
export type Wish = 'coming' | 'running' | 'suspended' | 'unwanted';

/** A cluster of this host in the books. It is entered before it is made and struck out after it is destroyed. */
export interface ClusterEntry {
  id: ClusterId;
  provider: ProviderName;
  /** How many nodes it was, or is to be, warmed with. */
  nodes: number;
  state: EntryState;
  /** Only of a claimed one. */
  wish?: Wish;
}

/** The books: they outlive this process. Every method may throw when they cannot be reached; the next pass tries again. */
export interface PoolStore {
  /** All clusters of this host. */
  all(): Promise<ClusterEntry[]>;
  /** Enters one for the pool, as `warming`. */
  add(entry: { id: ClusterId; provider: ProviderName; nodes: number }): Promise<void>;
  /** Changes a state that is what the caller believes it to be. @returns false when it is not */
  move(id: ClusterId, from: EntryState, to: EntryState): Promise<boolean>;
  /** Idempotent. */
  remove(id: ClusterId): Promise<void>;
}

/** How many warm clusters of which shape are kept. */
export interface PoolTarget {
  provider: ProviderName;
  nodes: number;
  size: number;
}

/** For figures; nothing depends on it. */
export interface PoolObserver {
  /** After each pass: how many clusters there are, by provider and state. */
  counted?(entries: readonly ClusterEntry[]): void;
  /** A cluster was handed to a session. @param how from the pool, while it was being made for the pool, or made for it */
  claimed?(provider: ProviderName, how: 'warm' | 'warming' | 'cold'): void;
  /** @param ms from the decision to a warm cluster */
  refilled?(provider: ProviderName, ms: number): void;
  /** A cluster that is in no book was found on this host. */
  orphaned?(provider: ProviderName, id: ClusterId): void;
  /** A cluster that should run does not. */
  lost?(provider: ProviderName, id: ClusterId, state: EntryState): void;
  /** What failed, and is tried again by the next pass. */
  failed?(what: string, error: unknown): void;
}
