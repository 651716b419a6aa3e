import type { PlacementReport, PlacementView } from '@kubedan/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../../../lib/api';

export const placementKey = (id: string) => ['placement', id];

/** One self-test: the question that waits, and what was answered. */
export function usePlacement(id: string): UseQueryResult<PlacementView> {
  return useQuery({
    queryKey: placementKey(id),
    queryFn: ({ signal }) => api<PlacementView>(`/placements/${encodeURIComponent(id)}`, { signal }),
  });
}

/** Where a finished self-test places one, and the next labs. */
export function usePlacementReport(id: string): UseQueryResult<PlacementReport> {
  return useQuery({
    queryKey: [...placementKey(id), 'result'],
    queryFn: ({ signal }) => api<PlacementReport>(`/placements/${encodeURIComponent(id)}/result`, { signal }),
  });
}
