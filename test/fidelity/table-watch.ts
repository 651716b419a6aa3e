import { linesOf, type KubeClient } from '@kubedan/kube';
import type { TableRow } from './observation.js';
import type { Watched } from './view.js';

interface Table {
  columnDefinitions?: { name: string }[];
  rows?: { cells: unknown[]; object: Watched }[];
}
interface TableEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: Table & { message?: string };
}

/** The watch of a case broke; a case is too short for that to be usual. */
export class TableWatchBrokenError extends Error {
  override readonly name = 'TableWatchBrokenError';
}

/**
 * Watches objects as `kubectl get --watch` does: with each change come the cells that kubectl prints and the object that they
 * were printed from, of one and the same moment.
 */
export class TableWatch {
  readonly rows = new Map<string, TableRow>();
  readonly #stop = new AbortController();
  #columns: string[] = [];
  #running: Promise<void> | undefined;

  /** @param path of the collection, such as /api/v1/namespaces/x/pods */
  constructor(
    private readonly client: KubeClient,
    private readonly path: string,
    private readonly kind: string,
    private readonly handlers: { changed: (type: string, row: TableRow) => void; broken: (error: Error) => void },
  ) {}

  start(): void {
    this.#running = this.#run().catch((error: unknown) => {
      if (!this.#stop.signal.aborted)
        this.handlers.broken(new TableWatchBrokenError(`The watch of ${this.path} ended.`, { cause: error }));
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { body } = await this.client.stream('GET', this.path, undefined, {
      query: { watch: true, includeObject: 'Object' },
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      signal: this.#stop.signal,
    });
    for await (const line of linesOf(body)) this.#take(JSON.parse(line) as TableEvent);
    throw new TableWatchBrokenError('The API server ended it.');
  }

  #take({ type, object }: TableEvent): void {
    if (type === 'ERROR') throw new TableWatchBrokenError(object.message ?? 'The API server says no more.');
    // Only the first table tells its columns.
    if (object.columnDefinitions?.length) this.#columns = object.columnDefinitions.map(({ name }) => name);
    for (const { cells, object: one } of object.rows ?? []) {
      const row = {
        cells: Object.fromEntries(this.#columns.map((name, index) => [name, String(cells[index])] as const)),
        object: { ...one, kind: this.kind },
      };
      const uid = one.metadata.uid ?? one.metadata.name;
      if (type === 'DELETED') this.rows.delete(uid);
      else if (type !== 'BOOKMARK') this.rows.set(uid, row);
      if (type !== 'BOOKMARK') this.handlers.changed(type, row);
    }
  }
}
