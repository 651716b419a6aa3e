import { WorkspaceFileNotFoundError, WorkspaceLimitError, WorkspacePathError } from '@kubedan/shell';
import { ProblemError } from '../../problems/problem.error.js';

/** No such file in the workspace. */
export class FileNotFoundError extends ProblemError {
  readonly code = 'file-not-found';
}
/** A path that is not the learner's, or content that is not text. */
export class FileRefusedError extends ProblemError {
  readonly code = 'file-refused';
}
/** A file or the workspace is larger than allowed. */
export class FileTooLargeError extends ProblemError {
  readonly code = 'file-too-large';
}

/** @returns the same error in the words of the API */
export function workspaceProblem(error: unknown): unknown {
  if (error instanceof WorkspaceFileNotFoundError)
    return new FileNotFoundError(error.message, undefined, { cause: error });
  if (error instanceof WorkspacePathError) return new FileRefusedError(error.message, undefined, { cause: error });
  if (error instanceof WorkspaceLimitError) return new FileTooLargeError(error.message, undefined, { cause: error });
  return error;
}
