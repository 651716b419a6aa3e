/** The files and folders that a shell knows of. */
export interface FileTree {
  files: ReadonlyMap<string, string>;
  directories: ReadonlySet<string>;
}

/** Learners make files: so many folders are looked into for one name of a pattern, and so many paths are found at most. */
const MOST_FOLDERS = 256;
const MOST_PATHS = 4_096;

/** @returns the names in a folder, sorted @param folder absolute, without a slash at its end unless it is the root */
export function namesIn(tree: FileTree, folder: string): string[] {
  return [...entriesIn(tree, folder).keys()].sort();
}

/** @returns of each name in a folder whether it is a folder as well */
function entriesIn({ files, directories }: FileTree, folder: string): Map<string, boolean> {
  const inside = folder === '/' ? '/' : `${folder}/`;
  const entries = new Map<string, boolean>();
  const add = (path: string, isFolder: boolean) => {
    if (!path.startsWith(inside) || path === inside) return;
    const end = path.indexOf('/', inside.length);
    const name = path.slice(inside.length, end < 0 ? undefined : end);
    entries.set(name, (entries.get(name) ?? false) || isFolder || end >= 0);
  };
  for (const path of files.keys()) add(path, false);
  for (const path of directories) add(path, true);
  return entries;
}

/** @returns a text that was quoted as a part of a pattern: each character means itself */
export const literally = (text: string) => text.replace(/[\\*?[\]]/g, String.raw`\$&`);

/**
 * Pathname expansion: `*`, `?` and `[…]` within one name each. Names that begin with a dot are matched by a dot alone.
 * @param pattern as it was written, with quoted characters escaped by literally()
 * @param absolute turns a path into an absolute one
 * @returns the paths that match, sorted and written as the pattern is; undefined when there is none, or no pattern in it
 */
export function pathsMatching(
  pattern: string,
  tree: FileTree,
  absolute: (path: string) => string,
): string[] | undefined {
  const segments = pattern.split('/');
  const first = segments.findIndex(isPattern);
  if (first < 0) return undefined;
  const prefix = segments.slice(0, first).map(plain).join('/');
  const start = first === 0 ? '' : `${prefix}/`;
  let found = [start];
  segments.slice(first).forEach((segment, index) => {
    const isLast = first + index === segments.length - 1;
    // A slash at the end, or two: what is found so far are folders.
    if (segment === '') return;
    const fits = matcherOf(segment);
    found = found
      .slice(0, MOST_FOLDERS)
      .flatMap((before) =>
        [...entriesIn(tree, absolute(before || '.'))]
          .filter(([name, isFolder]) => (isLast || isFolder) && fits(name))
          .map(([name]) => `${before}${name}${isLast ? '' : '/'}`),
      );
  });
  return found.length > 0 ? found.sort().slice(0, MOST_PATHS) : undefined;
}

const isPattern = (segment: string) => /[*?]|\[[^\]]+\]/.test(segment.replace(/\\./g, ''));
const plain = (segment: string) => segment.replace(/\\(.)/g, '$1');

type Atom = '*' | ((char: string) => boolean);

function matcherOf(pattern: string): (name: string) => boolean {
  const atoms = atomsOf(pattern);
  const withDot = pattern.startsWith('.');
  return (name) => (withDot || !name.startsWith('.')) && matches(atoms, [...name]);
}

/** Takes at most as many steps as pattern and name have characters, multiplied: only the last star is ever taken back. */
function matches(atoms: readonly Atom[], chars: readonly string[]): boolean {
  let atom = 0;
  let star = -1;
  let from = 0;
  for (let at = 0; at < chars.length;) {
    const now = atoms[atom];
    if (now === '*') {
      star = atom++;
      from = at;
    } else if (now?.(chars[at] as string)) {
      atom++;
      at++;
    } else if (star >= 0) {
      atom = star + 1;
      at = ++from;
    } else return false;
  }
  return atoms.slice(atom).every((one) => one === '*');
}

function atomsOf(pattern: string): Atom[] {
  return [...pattern.matchAll(/\\(.)|\[([!^]?)([^\]]+)\]|(.)/gsu)].map(([, quoted, not, set, char]): Atom => {
    if (char === '*') return '*';
    if (char === '?') return () => true;
    if (set !== undefined) return (one) => isOneOf(set, one) !== (not !== '');
    return (one) => one === (quoted ?? char);
  });
}

function isOneOf(set: string, char: string): boolean {
  return [...set.matchAll(/(.)-(.)|(.)/gsu)].some(([, from, to, one]) =>
    one === undefined ? char >= (from ?? '') && char <= (to ?? '') : char === one,
  );
}
