import { type ImageBehaviour, millisecondsOf, quantityOf } from '@kubedan/contracts';
import type { Need } from './lookups.js';
import type { Container } from './pod-types.js';

/** A line of output; `at` in milliseconds since the container's start. */
export interface OutputLine {
  at: number;
  text: string;
}
export interface Ending {
  /** Milliseconds since the container's start. */
  after: number;
  exitCode: number;
  reason: 'Completed' | 'Error' | 'OOMKilled';
}

/** What a running container uses of its node. */
export interface Usage {
  /** Thousandths of a core, at least 0. */
  cpuMillicores: number;
  /** Resident bytes. */
  memoryBytes: number;
}

/** Any program that waits: it is there, and does nothing. */
export const idleUsage: Usage = { cpuMillicores: 1, memoryBytes: 6 * 2 ** 20 };

/** All that one run of a container will do, fixed when it starts. Times are milliseconds since its start. */
export interface Plan {
  /** Ends by itself; never, when absent. */
  ending?: Ending | undefined;
  port?: number | undefined;
  /** Since when the port answers. */
  servesFrom: number;
  /** Paths that answer 200; all when absent. */
  paths?: readonly string[] | undefined;
  /** Since when the port answers 500. */
  unhealthyFrom?: number | undefined;
  /** Takes so long to end after SIGTERM; Infinity when it does not listen to it. */
  stopsIn: number;
  /** It is the image's own program that runs, not a command in its place. */
  readonly isImages: boolean;
  /** What it uses at that time, whatever its limits are. Absent: idleUsage. */
  usageAt?(at: number): Usage;
  /** What was written until then, oldest first. */
  output(until: number): Iterable<OutputLine>;
  /** The files that are there at that time; absent when this plan leaves the files alone. */
  filesAt?(at: number): ReadonlyMap<string, string>;
  /** For plans that unfold in time: goes on until then; says when it wants to go on again. */
  advance?(until: number): number;
  /** What advance() needs to know before it can go on. */
  needs?: readonly Need[];
}

export interface Surroundings {
  env: ReadonlyMap<string, string>;
  files: ReadonlyMap<string, string>;
  directories: readonly string[];
}

const milliseconds = (text: string | undefined, otherwise: number) =>
  text === undefined ? otherwise : millisecondsOf(text);
const lines = (logs: string | string[] | undefined): string[] =>
  logs === undefined ? [] : (Array.isArray(logs) ? logs : logs.split('\n')).map((line) => line.replace(/\n$/, ''));

/** How a container runs when its image's own program runs. */
export function planOfImage(behaviour: ImageBehaviour, container: Container, around: Surroundings): Plan {
  const startsIn = milliseconds(behaviour.startsIn, 0);
  const endings: (Ending & { logs: string[] })[] = [];
  const limit = quantityOf(container.resources?.limits?.['memory']);
  if (behaviour.memory && limit > 0 && quantityOf(behaviour.memory) > limit) {
    // Memory fills while the program starts, and never in no time.
    endings.push({ after: Math.max(startsIn, 500), exitCode: 137, reason: 'OOMKilled', logs: [] });
  }
  const { crashes, exits } = behaviour;
  if (crashes && holds(crashes.when, around)) {
    endings.push({
      after: milliseconds(crashes.after, 0),
      exitCode: crashes.exitCode,
      reason: 'Error',
      logs: lines(crashes.logs),
    });
  }
  if (exits) {
    const reason = exits.exitCode === 0 ? 'Completed' : 'Error';
    endings.push({ after: milliseconds(exits.after, 0), exitCode: exits.exitCode, reason, logs: lines(exits.logs) });
  }
  const first = endings.sort((one, other) => one.after - other.after)[0];
  const written: OutputLine[] = lines(behaviour.logs).map((text, index) => ({ at: index, text }));
  if (first) for (const text of first.logs) written.push({ at: Math.max(first.after, written.length), text });
  return {
    ...(first ? { ending: { after: first.after, exitCode: first.exitCode, reason: first.reason } } : {}),
    ...(behaviour.serves === undefined ? {} : { port: behaviour.serves }),
    servesFrom: startsIn,
    ...(behaviour.paths ? { paths: behaviour.paths } : {}),
    ...(behaviour.unhealthyAfter === undefined ? {} : { unhealthyFrom: millisecondsOf(behaviour.unhealthyAfter) }),
    stopsIn: milliseconds(behaviour.stopsIn, 0),
    isImages: true,
    usageAt: usageOfImage(behaviour),
    output: (until) => written.filter((line) => line.at <= until),
  };
}

/** What the image uses when nobody asks anything of it. */
function usageOfImage({ memory, work }: ImageBehaviour): (at: number) => Usage {
  const { cpu, every, lasts } = work?.background ?? {};
  const cpuMillicores = Math.max(idleUsage.cpuMillicores, quantityOf(cpu) * 1000);
  const memoryBytes = memory === undefined ? idleUsage.memoryBytes : quantityOf(memory);
  const period = milliseconds(every, Infinity);
  const busy = milliseconds(lasts, Infinity);
  return (at) => {
    const works = (period === Infinity ? at : at % period) < busy;
    return { cpuMillicores: works ? cpuMillicores : idleUsage.cpuMillicores, memoryBytes };
  };
}

type Condition = NonNullable<NonNullable<ImageBehaviour['crashes']>['when']>;

function holds(when: Condition | undefined, around: Surroundings): boolean {
  if (!when || (when.missingEnv === undefined && when.missingFile === undefined)) return true;
  if (when.missingEnv !== undefined && !around.env.get(when.missingEnv)) return true;
  return when.missingFile !== undefined && !around.files.has(when.missingFile);
}
