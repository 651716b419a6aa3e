/** A query that cannot be read or evaluated; its message says what is wrong and what would be right. */
export class PromqlError extends Error {
  override readonly name = 'PromqlError';

  /** @param offset of the query's text, from 0 */
  constructor(
    message: string,
    readonly offset = 0,
  ) {
    super(message);
  }
}
