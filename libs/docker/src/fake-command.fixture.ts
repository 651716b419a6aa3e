import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder with an executable that stands in for a command. What each of its verbs does is a piece of shell, in which `$DIR` is
 * the folder and the arguments are `$@`. Each call is noted.
 */
export class FakeCommand implements AsyncDisposable {
  private constructor(
    readonly name: string,
    /** For what the pieces of shell keep. */
    readonly dir: string,
  ) {}

  /** @param dir shared with another command; default one of its own */
  static async make(name: string, dir?: string): Promise<FakeCommand> {
    const command = new FakeCommand(name, dir ?? (await mkdtemp(join(tmpdir(), 'fake-'))));
    await mkdir(join(command.dir, 'bin'), { recursive: true });
    const script = `#!/bin/sh
DIR='${command.dir}'
printf '%s\\n' "${name} $*" >> "$DIR/calls"
if [ -f "$DIR/${name}.$1" ]; then . "$DIR/${name}.$1"; else echo "${name}: unknown verb $1" >&2; exit 64; fi
`;
    await writeFile(command.path, script, { mode: 0o755 });
    return command;
  }

  get path(): string {
    return join(this.dir, 'bin', this.name);
  }

  async does(verb: string, shell: string): Promise<void> {
    await writeFile(join(this.dir, `${this.name}.${verb}`), shell);
  }

  /** Fails with these words. */
  async fails(verb: string, stderr: string, status = 1): Promise<void> {
    await this.does(verb, `cat >&2 <<'WORDS'\n${stderr}\nWORDS\nexit ${status}\n`);
  }

  /** All calls so far, of every command in this folder, as lines. */
  async calls(): Promise<string[]> {
    const text = await readFile(join(this.dir, 'calls'), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Whether a process still runs; one that ended and was not collected by its parent does not. */
export async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}
