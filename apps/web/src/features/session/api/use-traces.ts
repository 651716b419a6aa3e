import type { TraceList, TraceView } from '@kubedan/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../../../lib/api';

export type TraceChoice = 'slowest' | 'errors' | 'newest';

/** Sampled requests, asked for again every few seconds while they are looked at. */
export function useTraces(sessionId: string, choice: TraceChoice): UseQueryResult<TraceList> {
  const query = choice === 'errors' ? 'outcome=errors' : `sort=${choice}`;
  return useQuery({
    queryKey: ['traces', sessionId, choice],
    queryFn: ({ signal }) =>
      api<TraceList>(`/sessions/${encodeURIComponent(sessionId)}/world/traces?${query}&limit=30`, { signal }),
    refetchInterval: 3_000,
    placeholderData: (before) => before,
  });
}

/** One of them; it does not change any more. */
export function useTrace(sessionId: string, traceId: string | undefined): UseQueryResult<TraceView> {
  return useQuery({
    queryKey: ['trace', sessionId, traceId],
    queryFn: ({ signal }) =>
      api<TraceView>(`/sessions/${encodeURIComponent(sessionId)}/world/traces/${traceId ?? ''}`, { signal }),
    enabled: traceId !== undefined,
    staleTime: Infinity,
  });
}
