import type { SessionSummary } from '@kubedan/contracts';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../lib/api';

/** The person's sessions that are not over, the newest first. */
export function useOpenSessions(): SessionSummary[] {
  const { data } = useQuery({
    queryKey: ['sessions'],
    queryFn: async ({ signal }) => (await api<{ sessions: SessionSummary[] }>('/sessions', { signal })).sessions,
  });
  return (data ?? [])
    .filter(({ state }) => state !== 'finished' && state !== 'failed')
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
