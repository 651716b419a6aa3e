import type { Profile } from '@kubedan/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../../../lib/api';

/** The person's tiers as they are now; a lab that was just passed counts at the next visit of the page. */
export function useProfile(): UseQueryResult<Profile> {
  return useQuery({
    queryKey: ['profile'],
    queryFn: ({ signal }) => api<Profile>('/profile', { signal }),
    staleTime: 0,
  });
}
