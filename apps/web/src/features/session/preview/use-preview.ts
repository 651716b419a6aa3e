import type { Preview, SessionView } from '@kubedan/contracts';
import { skipToken, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../../lib/api';
import { sessionKey } from '../api/use-session';

const previewKey = (seed: string): string[] => ['preview', seed];

/** A lab while it is written, kept up to date with its folder; the session is what a learner with this seed sees. */
export function usePreview(seed: string): {
  preview: UseQueryResult<Preview>;
  /** Absent while there are mistakes. */
  session: SessionView | undefined;
  /** Nobody tells of changes any more: the command has ended. */
  isLost: boolean;
} {
  const client = useQueryClient();
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource('/api/v1/preview/changes');
    source.addEventListener('open', () => setLost(false));
    source.addEventListener('error', () => setLost(true));
    source.addEventListener('message', ({ data }) => {
      const known = client.getQueriesData<Preview>({ queryKey: ['preview'] });
      if (known.every(([, preview]) => preview === undefined || preview.version === data)) return;
      for (const kind of ['preview', 'labs']) void client.invalidateQueries({ queryKey: [kind] });
    });
    return () => source.close();
  }, [client]);
  const preview = useQuery({
    queryKey: previewKey(seed),
    queryFn: async ({ signal }) => {
      const fetched = await api<Preview>(`/preview?seed=${encodeURIComponent(seed)}`, { signal });
      // Hints and answers change the session where every page of a session keeps it.
      if (fetched.lab) client.setQueryData(sessionKey(fetched.lab.session.id), fetched.lab.session);
      return fetched;
    },
    staleTime: Infinity,
  });
  const id = preview.data?.lab?.session.id;
  const session = useQuery<SessionView>({ queryKey: sessionKey(id ?? ''), queryFn: skipToken });
  return { preview, session: id === undefined ? undefined : session.data, isLost };
}
