import { firstSeed } from '@kubedan/contracts';
import { bindLab, LabInvalidError, loadLab, unknownNames, type Lab, type LabIssue } from '@kubedan/labs';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { FolderWatch } from './folder-watch.js';

/** ms: editors save in several steps, and several files at once. */
const pause = 40;
/** ms between two looks at whether a folder that is gone has come back. */
const absence = 500;

/** A lab's folder as it was read last. */
export interface ReadLab {
  /** Counts the changes, from 1. */
  number: number;
  readAt: Date;
  /** Absent while there are mistakes. */
  lab?: Lab;
  issues: readonly LabIssue[];
}

/** A lab's folder that is read anew whenever something in it changes. Emits `change` then. */
export class PreviewFolder extends EventEmitter<{ change: [] }> implements Disposable {
  /** Absolute. */
  readonly dir: string;
  readonly #now: () => Date;
  readonly #watch: FolderWatch;
  #current: ReadLab;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isClosed = false;

  private constructor(dir: string, now: () => Date) {
    super();
    this.dir = path.resolve(dir);
    this.#now = now;
    this.#watch = new FolderWatch(this.dir, () => this.#lookIn(pause));
    this.#current = { number: 0, readAt: now(), issues: [] };
    // Each page that is open listens.
    this.setMaxListeners(0);
  }

  /** @param dir need not be there yet */
  static async open(dir: string, now: () => Date): Promise<PreviewFolder> {
    const folder = new PreviewFolder(dir, now);
    await folder.#look();
    return folder;
  }

  get current(): ReadLab {
    return this.#current;
  }

  #lookIn(delay: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // One look after the other: the later one sees what the earlier has missed.
      this.#looking = (this.#looking ?? Promise.resolve()).then(() => this.#look());
    }, delay);
  }

  async #look(): Promise<void> {
    if (this.#isClosed) return;
    const watched = await this.#watch.renew();
    const found = await read(this.dir);
    if (this.#isClosed) {
      this.#watch[Symbol.dispose]();
      return;
    }
    if (this.#current.number === 0 || !isSame(found, this.#current)) {
      this.#current = { number: this.#current.number + 1, readAt: this.#now(), ...found };
      this.emit('change');
    }
    if (watched === 'gone') this.#lookIn(absence);
    // A folder may have got another one in it between being listed and being watched.
    else if (watched === 'changed') this.#lookIn(pause);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watch[Symbol.dispose]();
    this.removeAllListeners();
  }
}

type Found = Pick<ReadLab, 'lab' | 'issues'>;

async function read(dir: string): Promise<Found> {
  try {
    const lab = await loadLab(dir);
    const issues = unknownNames(bindLab(lab, firstSeed));
    return issues.length === 0 ? { lab, issues } : { issues };
  } catch (error) {
    if (error instanceof LabInvalidError) return { issues: error.issues };
    // A file that is gone between being listed and being read, or that may not be read.
    return { issues: [{ file: '.', message: error instanceof Error ? error.message : String(error) }] };
  }
}

function isSame(a: Found, b: Found): boolean {
  return a.lab?.hash === b.lab?.hash && JSON.stringify(a.issues) === JSON.stringify(b.issues);
}
