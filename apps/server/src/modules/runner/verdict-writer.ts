import type { CheckVerdict } from '@kubedan/contracts';

/** ms between tries while the database is away. */
const pause = 250;

export interface VerdictWriterOptions {
  /**
   * Writes verdicts in order, in one transaction.
   * @param isSure false after a failure: then some of it may be written already
   * @returns false when the session no longer takes verdicts
   */
  write: (verdicts: CheckVerdict[], isSure: boolean) => Promise<boolean>;
  /** Whether to try again after this error. */
  isPassing: (error: unknown) => boolean;
  onError: (error: unknown) => void;
}

/** Verdicts on their way to the database: in order, none lost while it is away, many in one transaction when they come fast. */
export class VerdictWriter {
  #queue: CheckVerdict[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(private readonly options: VerdictWriterOptions) {}

  push(verdict: CheckVerdict): void {
    if (this.#isClosed) return;
    this.#queue.push(verdict);
    this.#running ??= this.#run();
  }

  /** Resolves when everything so far is written, or given up. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Gives up what is not written yet: the grader will find the same again. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#wake?.();
  }

  async #run(): Promise<void> {
    let isSure = true;
    // One change in the cluster touches several checks within a turn of the event loop: they are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0 && !this.#isClosed) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        if (!(await this.options.write(batch, isSure))) this.close();
        isSure = true;
      } catch (error) {
        isSure = false;
        if (!this.options.isPassing(error)) {
          this.options.onError(error);
          continue;
        }
        this.#queue = [...batch, ...this.#queue];
        await this.#delay();
      }
    }
    // Not in a later turn: the next verdict has to start a new run.
    this.#running = undefined;
  }

  async #delay(): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
