import { formatIssue, type LabInvalidError as BrokenLab } from '@kubedan/labs';
import { ProblemError } from '../../problems/problem.error.js';

/** No lab of this name is in the catalogue. */
export class LabNotFoundError extends ProblemError {
  readonly code = 'lab-not-found';
  constructor(name: string) {
    super(`There is no lab ${JSON.stringify(name)}. GET /api/v1/labs lists the labs.`);
  }
}
/** The lab's folder has mistakes; its author sees them with line and column. */
export class LabUnusableError extends ProblemError {
  readonly code = 'lab-invalid';
  constructor(cause: BrokenLab) {
    super(
      'This lab has mistakes and cannot be started. Its author corrects them; `kubedan lab check` shows each.',
      cause.issues.map((issue) => ({ path: issue.path ?? issue.file, message: formatIssue(issue) })),
      { cause },
    );
  }
}
