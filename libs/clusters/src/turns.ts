/** One change of a thing at a time: a suspend that meets a resume waits for it. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs an action when all earlier ones of the same name have ended, be it well or not. */
  async take<T>(name: string, action: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(action, action);
    const settled = turn.catch(() => undefined);
    this.#last.set(name, settled);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }

  /** Resolves when nobody is left in line. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }
}
