import type { ComponentName } from './component.js';

/** A component of a plane ended, or was not ready in time. The message ends with the component's last words. */
export class PlaneFailedError extends Error {
  override readonly name: string = 'PlaneFailedError';
  readonly planeId: string;
  readonly component: ComponentName;
  /** Last lines of the component's log. */
  readonly lastWords: string;
  constructor(planeId: string, component: ComponentName, what: string, lastWords: string, options?: ErrorOptions) {
    super(
      `Plane ${planeId}: ${component} ${what}. Destroy the plane and create another; its last words:\n${lastWords || '(none)'}`,
      options,
    );
    this.planeId = planeId;
    this.component = component;
    this.lastWords = lastWords;
  }
}
/** A plane was not ready within its deadline; the message names the component that was waited for. */
export class PlaneDeadlineError extends PlaneFailedError {
  override readonly name = 'PlaneDeadlineError';
}
/** There is no plane of this id. */
export class PlaneNotFoundError extends Error {
  override readonly name = 'PlaneNotFoundError';
  constructor(id: string) {
    super(`There is no plane ${id} on this host; list() names those that exist.`);
  }
}
/** A plane of this id exists already. */
export class PlaneExistsError extends Error {
  override readonly name = 'PlaneExistsError';
  constructor(id: string) {
    super(`A plane ${id} exists already; destroy it first, or take another id.`);
  }
}
/** The id cannot be a directory's name. */
export class PlaneIdInvalidError extends Error {
  override readonly name = 'PlaneIdInvalidError';
  constructor(id: string) {
    super(`"${id}" cannot name a plane; use 1 to 63 of a-z, 0-9 and "-", with a letter or digit first.`);
  }
}
/** The path of a unix socket would be longer than the system allows. */
export class PathTooLongError extends Error {
  override readonly name = 'PathTooLongError';
  constructor(path: string, limit: number) {
    super(
      `The socket ${path} has a path of ${Buffer.byteLength(path)} bytes and ${limit} are allowed; set a data directory with a shorter path.`,
    );
  }
}
/** No space is left where the planes are kept. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  constructor(dir: string, options?: ErrorOptions) {
    super(`The disk that holds ${dir} is full; free some space there (a plane takes about 150 MB).`, options);
  }
}
/** Another living process owns the directory. */
export class HostBusyError extends Error {
  override readonly name = 'HostBusyError';
  constructor(dir: string, pid: number) {
    super(`Process ${pid} runs planes in ${dir} already; stop it, or use another data directory.`);
  }
}
