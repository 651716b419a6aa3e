import type { ProgramName } from './programs.js';

/** A program is there but does not run: not executable, cut short, or made for another machine. */
export class BinaryBrokenError extends Error {
  override readonly name = 'BinaryBrokenError';
  readonly program: ProgramName;
  readonly path: string;
  /** @param remedy one sentence: what the user can do */
  constructor(program: ProgramName, path: string, reason: string, remedy: string, options?: ErrorOptions) {
    super(`${program} at ${path} does not work: ${reason}. ${remedy}`, options);
    this.program = program;
    this.path = path;
  }
}

/** A download is not what its publisher says it is; it was thrown away. */
export class DigestMismatchError extends Error {
  override readonly name = 'DigestMismatchError';
  readonly program: ProgramName;
  readonly url: string;
  readonly expected: string;
  readonly got: string;
  constructor(program: ProgramName, url: string, expected: string, got: string) {
    super(
      `${program} from ${url} was refused: its SHA-256 should be ${expected} and is ${got}. Ask whoever runs that page, or what lies between; a directory with programs that you trust can be given instead.`,
    );
    this.program = program;
    this.url = url;
    this.expected = expected;
    this.got = got;
  }
}

/** The release page cannot give a program: out of reach, no such file, or broken off again and again. */
export class ReleaseUnavailableError extends Error {
  override readonly name = 'ReleaseUnavailableError';
  readonly url: string;
  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(`${url}: ${reason}`, options);
    this.url = url;
  }
}

/** `go build` failed; the message ends with its last words. */
export class BuildFailedError extends Error {
  override readonly name = 'BuildFailedError';
  readonly program: ProgramName;
  constructor(program: ProgramName, lastWords: string) {
    super(
      `go build of ${program} failed. Its last words follow; when modules cannot be fetched, set GOPROXY to a reachable proxy.\n${lastWords}`,
    );
    this.program = program;
  }
}

/** Programs can be had neither from a release page nor by a build. */
export class ProgramsUnavailableError extends Error {
  override readonly name = 'ProgramsUnavailableError';
  readonly programs: ProgramName[];
  constructor(programs: ProgramName[], reasons: string[]) {
    super(
      `${programs.join(', ')} cannot be had here. ${reasons.join(' ')} Do one of these: let this machine reach the release pages, install Go (https://go.dev/dl), or put the programs into a directory and name it with KUBEDAN_BIN_DIR.`,
    );
    this.programs = programs;
  }
}

/** No space is left where programs are kept. */
export class CacheFullError extends Error {
  override readonly name = 'CacheFullError';
  constructor(dir: string, options?: ErrorOptions) {
    super(
      `The disk that holds ${dir} is full; free some space (programs take 450 MB, building them about 4 GB for a while).`,
      options,
    );
  }
}
