/** The file that the kubelet takes a container's last words from, unless its spec names another. */
export const TERMINATION_LOG = '/dev/termination-log';

/** Files of a container, as texts by absolute path, that tell of each change. */
export class ContainerFiles extends Map<string, string> {
  readonly #changed: (path: string, text: string | undefined) => void;

  /** @param changed is told of each change after this; without a text the file went */
  constructor(files: ReadonlyMap<string, string>, changed: (path: string, text: string | undefined) => void) {
    super();
    for (const [path, text] of files) super.set(path, text);
    this.#changed = changed;
  }

  override set(path: string, text: string): this {
    super.set(path, text);
    this.#changed(path, text);
    return this;
  }

  override delete(path: string): boolean {
    const was = super.delete(path);
    if (was) this.#changed(path, undefined);
    return was;
  }
}

/** Files whose changes in time are remembered: what was there at a moment, also when the shell is already ahead of it. */
export class FileHistory {
  readonly #base: Map<string, string>;
  readonly #changes: { at: number; path: string; text: string | undefined }[] = [];

  constructor(files: ReadonlyMap<string, string>) {
    this.#base = new Map(files);
  }

  /** @param at milliseconds since the container's start, never less than the one before */
  note(at: number, path: string, text: string | undefined): void {
    this.#changes.push({ at, path, text });
    // What is long ago is not asked for any more.
    if (this.#changes.length > 1_000) this.#apply(this.#changes.splice(0, 500), this.#base);
  }

  at(time: number): Map<string, string> {
    const files = new Map(this.#base);
    this.#apply(
      this.#changes.filter((one) => one.at <= time),
      files,
    );
    return files;
  }

  #apply(changes: readonly { path: string; text: string | undefined }[], files: Map<string, string>): void {
    for (const { path, text } of changes) {
      if (text === undefined) files.delete(path);
      else files.set(path, text);
    }
  }
}
