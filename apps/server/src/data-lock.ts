import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Another server works on the same data folder. */
export class DataFolderTakenError extends Error {
  override readonly name = 'DataFolderTakenError';
  constructor(dir: string, pid: number) {
    super(
      `Another Kubedan (process ${pid}) works on the data folder ${dir}. Stop it, or give this one a folder of its own with KUBEDAN_DATA_DIR.`,
    );
  }
}

/** One server a data folder: two would end each other's clusters. The lock of a process that is gone is taken over. */
export class DataLock implements Disposable {
  private constructor(private readonly file: string) {}

  /** @throws DataFolderTakenError when the other does not end within a second either */
  static async take(dir: string): Promise<DataLock> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const file = path.join(dir, 'server.lock');
    const own = `${process.pid} ${birthOf(process.pid)}`;
    for (let attempt = 1; ; attempt++) {
      try {
        writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
        return new DataLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const [pid = '', birth = ''] = readFileSync(file, 'utf8').split(' ');
      if (birth === '' || birthOf(Number(pid)) !== birth) rmSync(file, { force: true });
      else if (attempt === 10) throw new DataFolderTakenError(dir, Number(pid));
      else await delay(100);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.file, { force: true });
  }
}

/** @returns when the process was started, in a unit of the system's, or that it lives where there is no /proc; empty when it does not */
function birthOf(pid: number): string {
  try {
    if (process.platform !== 'linux') {
      process.kill(pid, 0);
      return 'alive';
    }
    // Field 22; the command in field 2 may hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing any more but its number.
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
