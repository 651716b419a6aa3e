/** The sandbox cannot work on this host. Thrown when a terminal or a script is asked for and `SandboxHost.probe()` says no. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
  constructor(
    reason: string,
    /** What the operator can do, a full sentence. */
    readonly remedy: string,
  ) {
    super(`Terminals are not available on this host: ${reason}. ${remedy}`);
  }
}

/** The sandbox was tried and did not come up; the message carries what bubblewrap or the agent said. */
export class SandboxStartError extends Error {
  override readonly name = 'SandboxStartError';
  constructor(detail: string, options?: ErrorOptions) {
    super(`The sandbox did not start: ${detail}. Try again; if it stays so, run \`kubedan doctor\`.`, options);
  }
}

/** The sandbox ended while something in it was awaited, e.g. because it broke a limit. */
export class SandboxEndedError extends Error {
  override readonly name = 'SandboxEndedError';
  constructor(detail: string) {
    super(`The sandbox ended: ${detail}. Open a new terminal to go on.`);
  }
}

/** A workspace already has as many terminals as its limits allow. */
export class TooManyTerminalsError extends Error {
  override readonly name = 'TooManyTerminalsError';
  constructor(readonly limit: number) {
    super(`This workspace already has ${limit} terminals open. Close one of them first.`);
  }
}

/** A path that leaves the workspace, goes through a symbolic link, or is not a plain relative path. */
export class WorkspacePathError extends Error {
  override readonly name = 'WorkspacePathError';
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`${JSON.stringify(path)} is not a file of the workspace: ${reason}. Use a relative path without links.`);
  }
}

/** No such file or directory in the workspace. */
export class WorkspaceFileNotFoundError extends Error {
  override readonly name = 'WorkspaceFileNotFoundError';
  constructor(readonly path: string) {
    super(`There is no ${JSON.stringify(path)} in the workspace. List the files to see what is there.`);
  }
}

/** A file, or the workspace as a whole, is larger than allowed. */
export class WorkspaceLimitError extends Error {
  override readonly name = 'WorkspaceLimitError';
  constructor(
    readonly path: string,
    detail: string,
  ) {
    super(`${JSON.stringify(path)} is too large for the workspace: ${detail}. Make it smaller or delete other files.`);
  }
}
