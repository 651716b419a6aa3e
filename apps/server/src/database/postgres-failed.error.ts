/** The embedded PostgreSQL could not be made, started or stopped. */
export class PostgresFailedError extends Error {
  override readonly name = 'PostgresFailedError';
}
