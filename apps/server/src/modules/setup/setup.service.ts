import { Injectable } from '@nestjs/common';
import type { LocalizedText, SetupItem, SetupView } from '@kubedan/contracts';

/** How far the server is with what must be there before the first cluster. */
@Injectable()
export class SetupService {
  readonly #items = new Map<string, SetupItem>();
  readonly #listeners = new Set<(view: SetupView) => void>();
  #failed: LocalizedText | undefined;
  #isReady = false;
  #done = Promise.withResolvers<void>();
  #announcement: NodeJS.Timeout | undefined;

  constructor() {
    this.#done.promise.catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get view(): SetupView {
    const items = [...this.#items.values()];
    const left = items.map(({ secondsLeft }) => secondsLeft).filter((value) => value !== undefined);
    return {
      ready: this.#isReady,
      ...(this.#failed === undefined ? {} : { failed: this.#failed }),
      items,
      ...(this.#isReady || left.length === 0 ? {} : { secondsLeft: Math.max(...left) }),
    };
  }

  /** Resolves when clusters can be made; rejects when that failed. After a failure that is tried again, ask anew. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** An item of the same name is replaced. */
  report(item: SetupItem): void {
    this.#items.set(item.name, item);
    this.#announceSoon();
  }

  succeed(): void {
    this.#isReady = true;
    this.#failed = undefined;
    this.#done.resolve();
    this.#announce();
  }

  fail(reason: LocalizedText, cause: unknown): void {
    this.#failed = reason;
    this.#done.reject(cause);
    this.#announce();
  }

  /** Forgets a failure: it is tried again. */
  retry(): void {
    this.#failed = undefined;
    this.#done = Promise.withResolvers<void>();
    this.#done.promise.catch(() => undefined);
    this.#announce();
  }

  /** @returns a function that ends the listening */
  onChange(listener: (view: SetupView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A build reports hundreds of packages a second; browsers need four views of that. */
  #announceSoon(): void {
    this.#announcement ??= setTimeout(() => this.#announce(), 250);
  }

  #announce(): void {
    clearTimeout(this.#announcement);
    this.#announcement = undefined;
    const { view } = this;
    for (const listener of this.#listeners) listener(view);
  }
}
