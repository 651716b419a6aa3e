import { KubeApiError, Reflector, type KubeObject } from '@kubedan/kube';
import { comparedKinds, type Actor, type Condition, type FidelityCase } from './fidelity-case.js';
import { Blotter, eventLine, tell, type Observation, type SeenEvent, type TableRow } from './observation.js';
import { spareNode, workerNode, type Side } from './side.js';
import { TableWatch } from './table-watch.js';
import { View, type Watched } from './view.js';

/** What one side showed: all but Events is of one moment; Events may still come. */
export interface Played {
  observation: Observation;
  /** The Events so far, each line once. */
  events(): ReadonlySet<string>;
  /** Resolves when that Event is there, or false when it does not come in time. */
  eventComes(line: string, withinMs: number): Promise<boolean>;
  /** Ends watching and deletes what the case made. */
  close(): Promise<void>;
}

/** The case did not come to what it waits for. */
export class NotReachedError extends Error {
  override readonly name = 'NotReachedError';
}

const podKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' } as const;

/**
 * Plays a case on one side until it shows what it is compared at.
 * @param turn from 1; each has a namespace of its own
 * @throws NotReachedError
 */
export async function play(one: FidelityCase, side: Side, deadlineMs: number, turn = 1): Promise<Played> {
  const namespace = `f-${one.name}${turn === 1 ? '' : `-${turn}`}`;
  const watching = new Watching(one, side, namespace);
  try {
    await side.client.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    });
    watching.start();
    const account = { what: 'the default ServiceAccount', holds: () => watching.hasServiceAccount };
    await watching.until(account, deadlineMs, nothing);
    const actor = actorOf(side, namespace, (refusal) => watching.refuse(refusal));
    for (const object of one.manifests({ namespace, spareNode, workerNode })) await actor.create(object);
    for (const { when, act } of one.steps ?? []) {
      await watching.until(when, deadlineMs, nothing);
      await act(actor);
    }
    const observation = await watching.observe(deadlineMs);
    return {
      observation,
      events: () => watching.eventLines(),
      eventComes: (line, withinMs) => watching.eventComes(line, withinMs),
      close: () => watching.close(),
    };
  } catch (error) {
    await watching.close();
    throw error;
  }
}

function actorOf(side: Side, namespace: string, refuse: (refusal: string) => void): Actor {
  const { client } = side;
  const catching = async (work: () => Promise<unknown>): Promise<string | undefined> => {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!(error instanceof KubeApiError)) throw error;
      return error.message;
    }
  };
  return {
    spareNode,
    async create(object) {
      const scoped = clusterWide.has(object.kind)
        ? object
        : { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
      const refusal = await catching(() => client.create(scoped));
      if (refusal) refuse(refusal);
    },
    async patch({ apiVersion, kind }, name, patch) {
      const ref = { apiVersion, kind, name, ...(clusterWide.has(kind) ? {} : { namespace }) };
      await client.patch(ref, patch, { type: 'merge' });
    },
    async deletePod(name, graceSeconds) {
      const options = graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds };
      await client.delete({ apiVersion: 'v1', kind: 'Pod', namespace, name }, options);
    },
    async evict(pod) {
      const refusal = await catching(() =>
        client.create(
          { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } },
          { subresource: 'eviction', of: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod } },
        ),
      );
      if (refusal) refuse(refusal);
      return refusal;
    },
    loseNode: () => side.loseNode(spareNode),
    restoreNode: () => side.restoreNode(spareNode),
  };
}

const nothing = () => undefined;
const clusterWide = new Set(['Node', 'PriorityClass', 'Namespace']);

/** Watches a case's namespace: its objects, pods that went, Events. */
class Watching {
  readonly #tables = new Map<string, TableWatch>();
  readonly #events: Reflector<SeenEvent>;
  readonly #accounts: Reflector;
  readonly #gone: Watched[] = [];
  readonly #refusals: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #named = new Map<string, KubeObject>();
  #broken: Error | undefined;

  constructor(
    private readonly one: FidelityCase,
    private readonly side: Side,
    private readonly namespace: string,
  ) {
    const onEvent = () => this.#look();
    for (const { apiVersion, kind, plural } of [podKind, ...(one.compares ?? []).map((kind) => comparedKinds[kind])]) {
      const prefix = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      const path = kind === 'Node' ? `${prefix}/nodes` : `${prefix}/namespaces/${namespace}/${plural}`;
      const handlers = {
        changed: (type: string, { object }: TableRow) => this.#changed(type, object),
        broken: (error: Error) => {
          this.#broken ??= error;
          this.#look();
        },
      };
      this.#tables.set(kind, new TableWatch(side.client, path, kind, handlers));
    }
    this.#events = new Reflector<SeenEvent>(side.client, { apiVersion: 'v1', kind: 'Event', namespace }, { onEvent });
    this.#accounts = new Reflector(side.client, { apiVersion: 'v1', kind: 'ServiceAccount', namespace }, { onEvent });
  }

  start(): void {
    for (const watch of [...this.#tables.values(), this.#events, this.#accounts]) watch.start();
  }

  get hasServiceAccount(): boolean {
    return [...this.#accounts.items.values()].some(({ metadata }) => metadata.name === 'default');
  }

  refuse(refusal: string): void {
    this.#refusals.push(refusal);
    this.#look();
  }

  view(): View {
    const objects = new Map(
      [...this.#tables].map(([kind, { rows }]) => [kind, [...rows.values()].map((row) => row.object)] as const),
    );
    return new View(objects, this.#gone, this.#refusals, this.#reasons());
  }

  /** @returns what `take` says at the very moment that the condition holds */
  async until<T>(condition: Condition, deadlineMs: number, take: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      try {
        if (this.#broken) reject(this.#broken);
        else if (condition.holds(this.view())) resolve(take());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const timer = setTimeout(() => reject(this.#notReached(condition)), deadlineMs);
    this.#listeners.add(look);
    try {
      look();
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(look);
    }
  }

  /** What is seen at the moment at which the case's condition first holds. */
  async observe(deadlineMs: number): Promise<Observation> {
    const { one } = this;
    const rows = await this.until(one.until, deadlineMs, () =>
      [...this.#tables].map(([kind, watch]) => [kind, [...watch.rows.values()]] as const),
    );
    const gone = [...this.#gone];
    await this.until(this.#hasEvents(), deadlineMs, () => undefined);
    return this.#tell(rows, gone);
  }

  eventLines(): ReadonlySet<string> {
    const blotter = this.#blotter();
    return new Set([...this.#events.items.values()].map((event) => eventLine(event, blotter)));
  }

  async eventComes(line: string, withinMs: number): Promise<boolean> {
    try {
      const comes = { what: line, holds: () => this.eventLines().has(line) };
      return await this.until(comes, withinMs, () => true);
    } catch (error) {
      if (error instanceof NotReachedError) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    const pods = [...(this.#tables.get('Pod')?.rows.values() ?? [])];
    await Promise.all([...this.#tables.values(), this.#events, this.#accounts].map((one) => one.stop()));
    await this.side.client.delete(
      { apiVersion: 'v1', kind: 'Namespace', name: this.namespace },
      { propagationPolicy: 'Background' },
    );
    // Nothing of a case that is over shall take the time of the others.
    await Promise.all(
      pods.map(({ object: { metadata } }) =>
        this.side.client.delete(
          { apiVersion: 'v1', kind: 'Pod', namespace: this.namespace, name: metadata.name },
          { gracePeriodSeconds: 1 },
        ),
      ),
    );
  }

  #reasons(): Set<string> {
    return new Set([...this.#events.items.values()].map((event) => event.reason ?? ''));
  }

  #hasEvents(): Condition {
    const reasons = this.one.events ?? [];
    return { what: `the Events ${reasons.join(', ')}`, holds: ({ told }) => reasons.every((one) => told.has(one)) };
  }

  #changed(type: string, object: Watched): void {
    this.#named.set(object.metadata.name, object);
    if (type === 'DELETED' && object.kind === 'Pod') this.#gone.push(object);
    this.#look();
  }

  #look(): void {
    for (const look of this.#listeners) look();
  }

  #blotter(): Blotter {
    return new Blotter(this.namespace, [...this.#named.values()]);
  }

  async #tell(
    tables: readonly (readonly [string, readonly TableRow[]])[],
    gone: readonly Watched[],
  ): Promise<Observation> {
    const lines = new Map<string, string>();
    const blotter = this.#blotter();
    for (const [kind, rows] of tables) tell(kind, kind === 'Node' ? rows.filter(isSpare) : rows, blotter, lines);
    tell(
      'GonePod',
      gone.map((object) => ({ cells: {}, object })),
      blotter,
      lines,
    );
    this.#refusals.forEach((refusal, index) => lines.set(`refusal ${index + 1}`, blotter.blot(refusal)));
    for (const log of this.one.logs ?? []) {
      const [, pod = '', container = '', previous] = /^([^/]+)\/(\S+)( previous)?$/.exec(log) ?? [];
      const name = this.view().pods(pod)[0]?.metadata.name ?? pod;
      const which = previous ? ['--previous'] : [];
      const answer = await this.side.kubectl(['logs', '-n', this.namespace, name, '-c', container, ...which]);
      tellOutput(`kubectl logs ${log}`, answer, blotter, lines);
    }
    for (const { pod, container = 'main', command } of this.one.exec ?? []) {
      const answer = await this.side.kubectl(['exec', '-n', this.namespace, pod, '-c', container, '--', ...command]);
      tellOutput(`kubectl exec ${pod} -- ${command.join(' ')}`, answer, blotter, lines);
    }
    return lines;
  }

  #notReached(condition: Condition): NotReachedError {
    const pods = this.view()
      .all('Pod')
      .map(({ metadata, status }) => ({ name: metadata.name, status }));
    const events = [...this.eventLines()].join('\n  ');
    return new NotReachedError(
      `On ${this.side.name} case ${this.one.name} waited for ${condition.what}.\nPods: ${JSON.stringify(pods)}\nEvents:\n  ${events}\nRefusals: ${this.#refusals.join('; ')}`,
    );
  }
}

function tellOutput(
  label: string,
  { code, stdout, stderr }: Awaited<ReturnType<Side['kubectl']>>,
  blotter: Blotter,
  into: Map<string, string>,
): void {
  into.set(`${label}: code`, String(code));
  into.set(`${label}: output`, blotter.blot(stdout));
  into.set(`${label}: errors`, blotter.blot(stderr));
}

const isSpare = ({ object }: TableRow) => object.metadata.name === spareNode;
