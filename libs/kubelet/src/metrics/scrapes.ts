/** The least that metrics-server accepts as its --metric-resolution, which is 15 s by default: a lab takes minutes. */
export const RESOLUTION_MS = 10_000;

/** Two readings of the same counters: what lies between them is what metrics tell. Milliseconds since 1970. */
export interface Window {
  from: number;
  to: number;
}

/**
 * When metrics-server read the kubelets: every RESOLUTION_MS from a start on. Nothing is read in truth; what it would have
 * read is asked for when somebody wants to know.
 */
export class Scrapes {
  /** @param start of the readings, in milliseconds since 1970 */
  constructor(private readonly start: number) {}

  /** @returns the last two readings before that time */
  at(now: number): Window {
    const to = this.start + Math.floor((now - this.start) / RESOLUTION_MS) * RESOLUTION_MS;
    return { from: to - RESOLUTION_MS, to };
  }
}

/**
 * @returns whether a container is told of: it ran at both readings. With this resolution that is also what metrics-server's
 *   rule for fresh containers comes to (pkg/storage/pod.go, freshContainerMinMetricsResolution = 10 s)
 */
export function isKnown(startedAt: number, { from }: Window): boolean {
  return startedAt <= from;
}
