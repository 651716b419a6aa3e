/** One request of a learner, or of a program of theirs, as the API server wrote it down. */
export interface AuditEntry {
  /** Who asked: the learner, or a ServiceAccount outside the system's namespaces. */
  by: 'learner' | 'serviceAccount';
  /** For example `system:serviceaccount:shop:robot`. */
  user: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`. */
  verb: string;
  /** Empty for the core group, as in all of these what does not apply. */
  group: string;
  /** In the plural: `pods`. */
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** HTTP status of the answer; 101 for an exec that was let in. */
  code: number;
  /** When the API server received it, ISO 8601. */
  at: string;
  userAgent: string;
}

export interface AuditHandlers {
  /** Milliseconds since 1970; what came before is left out. */
  since: number;
  /** In the order in which they were written; at most 200 at a time, so that each can be looked at. */
  onEntries: (entries: readonly AuditEntry[]) => void;
  /** Once, when all that had been written by the start was told. */
  onSynced: () => void;
  /** It cannot be read now; that is tried again. */
  onError: (error: Error) => void;
}

/** Tells what was asked of an API server, as it is written down. */
export interface AuditSource {
  /** Tells what is there already, then what comes, until it is stopped. */
  follow(handlers: AuditHandlers): AuditFollower;
}

export interface AuditFollower {
  /** Resolves when all that is written by now was told. @throws when it cannot be read */
  sync(): Promise<void>;
  /** Nothing is told after this resolves. */
  stop(): Promise<void>;
}
