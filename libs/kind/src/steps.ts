/** What kind does one after another; `other` is a step of a version of kind that is newer than this list. */
export type KindStepName =
  | 'image'
  | 'nodes'
  | 'load-balancer'
  | 'configuration'
  | 'control-plane'
  | 'network'
  | 'storage'
  | 'join-control-planes'
  | 'join-workers'
  | 'ready'
  | 'other';

export interface KindStep {
  name: KindStepName;
  /** `failed` also when the creation is cancelled or runs out of time in the middle of it. */
  state: 'started' | 'done' | 'failed';
  /** As kind says it, without pictures, e.g. `Starting control-plane`. */
  text: string;
  /** Milliseconds since the creation began. */
  elapsedMs: number;
}

const beginnings: readonly [text: string, name: KindStepName][] = [
  ['Ensuring node image', 'image'],
  ['Preparing nodes', 'nodes'],
  ['Configuring the external load balancer', 'load-balancer'],
  ['Writing configuration', 'configuration'],
  ['Starting control-plane', 'control-plane'],
  ['Installing CNI', 'network'],
  ['Installing StorageClass', 'storage'],
  ['Joining more control-plane nodes', 'join-control-planes'],
  ['Joining worker nodes', 'join-workers'],
  ['Waiting ', 'ready'],
];
const signs = { '•': 'started', '✓': 'done', '✗': 'failed' } as const;

/**
 * Reads steps out of what kind prints: ` • Starting control-plane 🕹️  ...`, then the same with ✓ or ✗ in front.
 */
export class StepReader {
  readonly #onStep: (step: KindStep) => void;
  readonly #clock: () => number;
  readonly #begun: number;
  #open: Pick<KindStep, 'name' | 'text'> | undefined;
  #failed: KindStepName | undefined;
  #deaf = false;
  /** Whether kind gave up waiting for the nodes, which it counts as a success. */
  readyTimedOut = false;

  /** @param clock milliseconds, from any start */
  constructor(onStep: (step: KindStep) => void, clock: () => number) {
    this.#onStep = onStep;
    this.#clock = clock;
    this.#begun = clock();
  }

  /** The step that is under way or, where none is, the one that failed last. */
  get failed(): KindStepName | undefined {
    return this.#open?.name ?? this.#failed;
  }

  readonly read = (line: string): void => {
    // eslint-disable-next-line no-control-regex -- colours, where someone makes kind print them
    const plain = line.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]|\r/g, '').trim();
    if (plain.includes('Timed out waiting for Ready')) this.readyTimedOut = true;
    const [, sign, said = ''] = /^([•✓✗])\s+(.*)$/u.exec(plain) ?? [];
    if (sign === undefined) return;
    // Without the dots of a start and the pictures (which some are made of a sign and a selector).
    const text = said
      .replace(/\s*\.\.\.$/, '')
      .replaceAll(/[\p{Extended_Pictographic}\uFE0F]/gu, '')
      .trim();
    const state = signs[sign as keyof typeof signs];
    const name = beginnings.find(([beginning]) => text.startsWith(beginning))?.[1] ?? 'other';
    // ` • Ready after 0s` and ` • WARNING: …` are remarks: they have no dots behind them and begin nothing.
    if (state === 'started' && !said.endsWith('...')) return;
    this.#open = state === 'started' ? { name, text } : undefined;
    if (state === 'failed') this.#failed = name;
    this.#tell({ name, text, state });
  };

  /** Nothing more will come: what is under way has failed. */
  end(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open) this.#tell({ ...open, state: 'failed' });
  }

  #tell(step: Omit<KindStep, 'elapsedMs'>): void {
    if (this.#deaf) return;
    // A listener that throws once is not told again: its error ends the creation.
    this.#deaf = true;
    this.#onStep({ ...step, elapsedMs: this.#clock() - this.#begun });
    this.#deaf = false;
  }
}
