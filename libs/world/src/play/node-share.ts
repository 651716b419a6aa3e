/** What one container wants of its node's CPUs, in cores, and its weight in a fight for them. */
export interface Claim {
  demand: number;
  weight: number;
}

/**
 * Shares a node's cores by weight, as CFS does: nobody gets more than it wants, and what one leaves goes to the others in
 * proportion to their weights (weighted max-min fairness).
 * @returns cores for each claim, in order; their sum is at most `cores`
 */
export function shareCores(cores: number, claims: readonly Claim[]): number[] {
  const shares = claims.map(() => 0);
  let open = claims.map((_, index) => index);
  let left = cores;
  while (open.length > 0 && left > 0) {
    const weights = open.reduce((sum, index) => sum + (claims[index]?.weight ?? 0), 0);
    const perWeight = left / weights;
    const content = open.filter((index) => {
      const claim = claims[index];
      return claim !== undefined && claim.demand <= claim.weight * perWeight;
    });
    if (content.length === 0) {
      for (const index of open) shares[index] = (claims[index]?.weight ?? 0) * perWeight;
      return shares;
    }
    for (const index of content) {
      const { demand } = claims[index] as Claim;
      shares[index] = demand;
      left -= demand;
    }
    open = open.filter((index) => !content.includes(index));
  }
  return shares;
}

/**
 * Weight of a container in a fight for CPU: its request, at least 2 of 1024 shares (kubelet, MilliCPUToShares in
 * pkg/kubelet/cm/helpers_linux.go).
 */
export function weightOf(cpuRequest: number): number {
  return Math.max(2 / 1024, cpuRequest);
}
