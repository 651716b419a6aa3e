import type { LocalizedText } from '@kubedan/contracts';

/** No cluster of this id is on this host. */
export class ClusterNotFoundError extends Error {
  override readonly name = 'ClusterNotFoundError';
  constructor(readonly clusterId: string) {
    super(`There is no cluster ${clusterId} on this host. Start a new session.`);
  }
}

/** A cluster could not be made or brought back; the cause says why. */
export class ClusterFailedError extends Error {
  override readonly name = 'ClusterFailedError';
  constructor(
    readonly clusterId: string,
    what: string,
    options: { cause: unknown },
  ) {
    super(`${what}: ${options.cause instanceof Error ? options.cause.message : String(options.cause)}`, options);
  }
}

/** What a lab asks for is not available on this host; reasons tells for each provider why. */
export class NoProviderError extends Error {
  override readonly name = 'NoProviderError';
  constructor(readonly reasons: readonly { provider: string; reason: LocalizedText; remedy?: LocalizedText }[]) {
    super(
      `No provider here has what the lab needs. ${reasons
        .map(({ provider, reason, remedy }) => `${provider}: ${reason.en}${remedy ? ` ${remedy.en}` : ''}`)
        .join(' ')}`,
    );
  }
}

/** The starting state of a lab could not be made: the lab's or our mistake, never the learner's. */
export class SetUpFailedError extends Error {
  override readonly name = 'SetUpFailedError';
  /**
   * @param what which object or script failed, as `Deployment shop/web`
   * @param options.unready pods that were not ready at that moment, and why
   */
  constructor(
    readonly what: string,
    options: { cause: unknown; unready?: readonly string[] },
  ) {
    const cause = options.cause instanceof Error ? options.cause.message : String(options.cause);
    const pods = options.unready?.length ? `. Pods that are not ready: ${options.unready.join('; ')}` : '';
    super(`The lab's starting state could not be made: ${what}: ${cause}${pods}`, { cause: options.cause });
  }
}
