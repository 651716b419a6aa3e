import type { ChildProcess } from 'node:child_process';
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';

/** Collects bubblewrap's arguments. */
export class Arguments {
  readonly list: string[] = [];
  private readonly folders = new Set(['/']);

  add(...args: string[]): this {
    this.list.push(...args);
    return this;
  }

  bind(host: string, inside: string, options: { writable?: boolean; optional?: boolean } = {}): this {
    if (options.optional && !lstatSync(host, { throwIfNoEntry: false })) return this;
    return this.parents(inside).add(options.writable ? '--bind' : '--ro-bind', host, inside);
  }

  /** Makes the folders above a path; those that bubblewrap makes by itself are for root alone. */
  private parents(path: string): this {
    const folder = dirname(path);
    if (this.folders.has(folder)) return this;
    this.folders.add(folder);
    return this.parents(folder).add('--perms', '0755', '--dir', folder);
  }

  /** Shows a top folder of the host as it is there: as a link on merged-/usr systems, else read-only. */
  system(path: string): this {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return this;
    return stat.isSymbolicLink() ? this.add('--symlink', readlinkSync(path), path) : this.bind(path, path);
  }
}

/**
 * Bytes for a child to read from descriptors of its own, numbered from `first` on. They go through pipes: a file, even one
 * without a name, could be opened anew, and written, through /proc by what runs in the sandbox as the same user.
 */
export class DataDescriptors {
  readonly contents: Buffer[] = [];

  constructor(private readonly first: number) {}

  /** Returns the number of the descriptor in the child. */
  add(content: string | Buffer): number {
    this.contents.push(Buffer.from(content));
    return this.first + this.contents.length - 1;
  }

  /** Sends everything to a child that was started with a pipe for each. */
  send(child: ChildProcess): void {
    this.contents.forEach((content, index) => {
      const pipe = child.stdio[this.first + index] as Writable;
      pipe.on('error', () => {}); // a child that ended says so by its status
      pipe.end(content);
    });
  }
}
