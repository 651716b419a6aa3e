import type { Clock, KubeClient } from '@kubedan/kube';
import type { Answer, Inquiry } from './inquiry.js';
import type { Watched } from './watches.js';

/** Milliseconds between two askings: at first, while a condition must hold, and at last. */
const shortest = 500;
const whileHolding = 1_000;
const longest = 10_000;
/** The pause is so much of the time in which nothing changed: 2 s after 30 s, 10 s after 150 s. */
const share = 1 / 15;
/** Milliseconds in which several changes are one reason to ask. */
const together = 50;

export interface InquirerOptions {
  inquiry: Inquiry;
  triggers: readonly Watched[];
  clock: Clock;
  /** From 0 to 1; spreads the askings of many sessions. */
  random: () => number;
  /** @param isNews something has changed since the last asking, so the answer is not merely asked for again */
  onAnswer: (answer: Answer, isNews: boolean) => void;
  /** What the answer is needed for now: for nothing more, for a condition that must hold, or as ever. */
  pace: () => 'ended' | 'holding' | 'open';
}

/**
 * Decides when to ask what cannot be watched: when what it depends on changes, and again and again, ever less often while
 * nothing changes. One asking at a time.
 */
export class Inquirer {
  readonly #options: InquirerOptions;
  #client: KubeClient | undefined;
  #stop = new AbortController();
  #asking: Promise<void> | undefined;
  /** Why to ask once more after the current asking: something changed, or somebody waits. */
  #again: 'no' | 'asked' | 'news' = 'no';
  #cancel: (() => void) | undefined;
  /** The asking that is waited for is of something new. */
  #newsAwaits = false;
  #reason: string | undefined;
  /** When the last asking ended, and how long it took. */
  #endedAt = 0;
  #took = 0;
  /** When something changed last, and how often in a row nothing could be said. */
  #newsAt = 0;
  #failures = 0;
  /** Why nothing could be said the last time. */
  error: Error | undefined;
  answer: Answer | undefined;

  constructor(options: InquirerOptions) {
    this.#options = options;
  }

  /** Begins to ask. */
  start(client: KubeClient): void {
    this.#client = client;
    this.#stop = new AbortController();
    this.#reason = undefined;
    this.#failures = 0;
    this.answer = undefined;
    this.error = undefined;
    this.#ask(true);
  }

  /** What it depends on may have changed. */
  changed(): void {
    const { triggers, inquiry } = this.#options;
    if (!this.#client || !triggers.every(({ synced }) => synced)) return;
    const reason = inquiry.reasonOf(triggers.map((one) => [...one.items()]));
    const before = this.#reason;
    this.#reason = reason;
    // What is first known is what the asking at the start has met.
    if (before === undefined || reason === before) return;
    this.#newsAt = this.#options.clock.now();
    if (this.#asking) this.#again = 'news';
    else if (!this.#newsAwaits) this.#wait(this.#breath(), true);
  }

  /** The verdict is another one: what is asked for is moving. */
  moved(): void {
    this.#newsAt = this.#options.clock.now();
  }

  /** Asks now, whatever the pace. */
  now(): void {
    if (this.#asking) this.#again = this.#again === 'news' ? 'news' : 'asked';
    else this.#ask(false);
  }

  /** Ends asking; nothing is called back after this resolves. */
  async stop(): Promise<void> {
    this.#client = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#newsAwaits = false;
    this.#again = 'no';
    this.#stop.abort();
    await this.#asking;
  }

  #ask(hasChanged: boolean): void {
    const isNews = hasChanged || this.#newsAwaits;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#newsAwaits = false;
    const { inquiry, clock, onAnswer } = this.#options;
    const { signal } = this.#stop;
    const client = this.#client;
    if (!client) return;
    if (isNews) this.#newsAt = clock.now();
    const begunAt = clock.now();
    this.#asking = (async () => {
      try {
        const answer = await inquiry.ask(client, signal);
        if (signal.aborted) return;
        this.error = undefined;
        this.#failures = 0;
        this.answer = answer;
        onAnswer(answer, isNews);
      } catch (error) {
        if (signal.aborted) return;
        this.error = error instanceof Error ? error : new Error(String(error));
        this.#failures++;
      } finally {
        this.#asking = undefined;
        this.#endedAt = clock.now();
        this.#took = this.#endedAt - begunAt;
        if (!signal.aborted) this.#next();
      }
    })();
  }

  #next(): void {
    const again = this.#again;
    this.#again = 'no';
    const pace = this.#options.pace();
    if (pace === 'ended') return;
    if (again === 'asked') return this.#ask(false);
    if (again === 'news') return this.#wait(this.#breath(), true);
    this.#wait(this.#pause(pace), false);
  }

  /** Milliseconds until what is new is asked for: whoever changes something all the time keeps nobody busy all the time. */
  #breath(): number {
    return Math.max(together, this.#endedAt + 2 * this.#took - this.#options.clock.now());
  }

  #pause(pace: 'holding' | 'open'): number {
    if (this.#failures > 0) return Math.min(longest, shortest * 2 ** this.#failures);
    if (pace === 'holding') return whileHolding;
    const quiet = this.#options.clock.now() - this.#newsAt;
    return Math.min(longest, Math.max(shortest, quiet * share)) * (0.9 + 0.2 * this.#options.random());
  }

  #wait(milliseconds: number, isNews: boolean): void {
    this.#cancel?.();
    this.#newsAwaits = isNews;
    this.#cancel = this.#options.clock.after(milliseconds, () => this.#ask(isNews));
  }
}
