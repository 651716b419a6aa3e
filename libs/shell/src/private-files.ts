/** What programs keep for themselves at the top of a home; listings and watches leave it out. */
const privateNames = new Set(['.kube', '.cache', '.config', '.local', '.bash_history', '.viminfo', '.lesshst', '.ssh']);

/** Is this path one of a program's own files (`.kube/…`, `.bash_history` …)? */
export function isPrivate(path: string): boolean {
  return privateNames.has(path.split('/')[0] as string) || /(^|\/)\.[^/]*\.(swp|swo|swx|new)$/.test(path);
}
