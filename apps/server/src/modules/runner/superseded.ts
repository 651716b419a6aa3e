/** Ended from outside, because the session ended, was reset, or the server stops: not a failure. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}
