import type { FidelityCase } from './fidelity-case.js';
import type { Observation } from './observation.js';
import type { Played } from './play.js';

export interface Difference {
  case: string;
  /** Path in the observation, or `event`. */
  where: string;
  /** What each side shows; absent is `–`. */
  embedded: string;
  kind: string;
}

const ABSENT = '–';

/** @returns where two observations of a case differ, in the order of their paths */
export function differencesOf(
  name: string,
  embedded: Observation,
  kind: Observation,
  ignores: FidelityCase['ignores'] = [],
): Difference[] {
  const paths = [...new Set([...embedded.keys(), ...kind.keys()])].toSorted();
  return paths.flatMap((where) => {
    const difference = {
      case: name,
      where,
      embedded: embedded.get(where) ?? ABSENT,
      kind: kind.get(where) ?? ABSENT,
    };
    if (difference.embedded === difference.kind || ignores.some(({ path }) => path.test(where))) return [];
    return [difference];
  });
}

/** The kubelet's caches did not follow: it tries again. */
const slowMachine = /failed to sync (?:secret|configmap) cache: timed out/;

/**
 * Compares the Events of both sides. Events are told a moment after what they tell of: one that only one side has is given
 * time to come on the other.
 */
export async function eventDifferences(
  name: string,
  embedded: Played,
  kind: Played,
  withinMs: number,
  ignores: FidelityCase['ignores'] = [],
): Promise<Difference[]> {
  const ignored = (line: string) => slowMachine.test(line) || ignores.some(({ path }) => path.test(`event ${line}`));
  const lacking = async (has: Played, lacks: Played) => {
    const missing = [...has.events()].filter((line) => !lacks.events().has(line) && !ignored(line));
    const came = await Promise.all(missing.map((line) => lacks.eventComes(line, withinMs)));
    return missing.filter((_, index) => !came[index]);
  };
  const [onlyEmbedded, onlyKind] = await Promise.all([lacking(embedded, kind), lacking(kind, embedded)]);
  return [
    ...onlyEmbedded.map((line) => ({ case: name, where: 'event', embedded: line, kind: ABSENT })),
    ...onlyKind.map((line) => ({ case: name, where: 'event', embedded: ABSENT, kind: line })),
  ];
}

/** One row of the table in docs/fidelity.md. */
export interface Listed {
  /** Names of cases, `*` for any part of a name. */
  cases: RegExp;
  where: RegExp;
  embedded: RegExp;
  kind: RegExp;
  because: string;
  /** As it stands in the document. */
  row: string;
}

/** The document says something that the test cannot read. */
export class ListUnreadableError extends Error {
  override readonly name = 'ListUnreadableError';
}

/**
 * Reads the table of differences that are known and stay: `| cases | where | embedded | kind | why |`, where `*` stands for
 * anything. @throws ListUnreadableError
 */
export function listedIn(markdown: string): Listed[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const cells = row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
    const [cases, where, embedded, kind, because] = cells;
    if (cells.length !== 5 || !cases || !where || !embedded || !kind || !because) {
      throw new ListUnreadableError(`A row of docs/fidelity.md has not five cells, each with text: ${row}`);
    }
    return {
      cases: patternOf(cases),
      where: patternOf(where),
      embedded: patternOf(embedded),
      kind: patternOf(kind),
      because,
      row,
    };
  });
}

/** `text with * in it`, quoted by backticks or not. */
function patternOf(cell: string): RegExp {
  const text = cell.replace(/^`(.*)`$/, '$1');
  const escaped = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

/** Splits differences into those that are listed and those that are not, and tells which rows no difference needed. */
export function judge(
  differences: readonly Difference[],
  listed: readonly Listed[],
): { unlisted: Difference[]; listedCount: number; outdated: Listed[] } {
  const needed = new Set<Listed>();
  const unlisted = differences.filter((difference) => {
    const row = listed.find(
      (one) =>
        one.cases.test(difference.case) &&
        one.where.test(difference.where) &&
        one.embedded.test(difference.embedded) &&
        one.kind.test(difference.kind),
    );
    if (row) needed.add(row);
    return !row;
  });
  return {
    unlisted,
    listedCount: differences.length - unlisted.length,
    outdated: listed.filter((one) => !needed.has(one)),
  };
}
