/** One mistake in a lab's folder, where it is, and what would be right. */
export interface LabIssue {
  /** Relative to the lab's folder. */
  file: string;
  /** From 1; absent when the mistake has no place in the file, as a file that is missing. */
  line?: number;
  column?: number;
  /** For example `spec.tasks[0].checks[1].holds`. */
  path?: string;
  message: string;
  /** What may stand there. */
  allowed?: readonly string[];
}

/** @returns the issue in the form of a compiler: `lab.yaml:12:7: message (allowed: …)` */
export function formatIssue({ file, line, column, path, message, allowed }: LabIssue): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const what = path === undefined || path === '' ? message : `${path}: ${message}`;
  return `${place}: ${what}${allowed === undefined ? '' : ` (allowed: ${allowed.join(', ')})`}`;
}

/** The folder holds no lab that can be used; issues lists every mistake found. */
export class LabInvalidError extends Error {
  override readonly name = 'LabInvalidError';
  constructor(
    readonly dir: string,
    readonly issues: readonly LabIssue[],
  ) {
    super(
      `The lab in ${dir} has ${issues.length} mistake${issues.length === 1 ? '' : 's'}:\n${issues.map(formatIssue).join('\n')}`,
    );
  }
}
