import type { Preview, SessionView } from '@kubedan/contracts';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../../lib/api';
import { sessionKey } from '../api/use-session';

const previewKey = (seed: string): string[] => ['preview', seed];

/** A lab while it is written, kept up to date with its folder; the session is what a learner with this seed sees. */
export function usePreview(seed: string): {
  preview: UseQueryResult<Preview>;
  session: UseQueryResult<SessionView>;
  /** Nobody tells of changes any more: the command has ended. */
  isLost: boolean;
} {
  const client = useQueryClient();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource('/api/v1/preview/changes');
    source.addEventListener('open', () => setLost(false));
    source.addEventListener('error', () => setLost(true));
    const known = (): (Preview | undefined)[] =>
      client.getQueriesData<Preview>({ queryKey: ['preview'] }).map(([, preview]) => preview);
    const renew = async (): Promise<void> => {
      await client.invalidateQueries({ queryKey: ['preview'] });
      // With mistakes in it there is no session to ask for.
      if (known().every((preview) => preview?.lab === undefined)) return;
      for (const kind of ['session', 'labs']) void client.invalidateQueries({ queryKey: [kind] });
    };
    source.addEventListener('message', ({ data }) => {
      if (known().some((preview) => preview !== undefined && preview.version !== data)) void renew();
    });
    return () => source.close();
  }, [client]);
  const preview = useQuery({
    queryKey: previewKey(seed),
    queryFn: ({ signal }) => api<Preview>(`/preview?seed=${encodeURIComponent(seed)}`, { signal }),
    staleTime: Infinity,
  });
  const id = preview.data?.lab?.sessionId;
  const session = useQuery({
    queryKey: sessionKey(id ?? ''),
    queryFn: ({ signal }) => api<SessionView>(`/sessions/${encodeURIComponent(id ?? '')}`, { signal }),
    staleTime: Infinity,
    enabled: id !== undefined,
  });
  return { preview, session, isLost };
}
