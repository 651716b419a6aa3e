import type { PlacementList, PlacementSummary } from '@kubedan/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../../../lib/api';

export const placementsKey = ['placements'];

/** One's own self-tests, the newest first. */
export function usePlacements(): UseQueryResult<PlacementSummary[]> {
  return useQuery({
    queryKey: placementsKey,
    queryFn: async ({ signal }) => (await api<PlacementList>('/placements', { signal })).placements,
  });
}
