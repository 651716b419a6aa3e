import type { SessionEvent, SessionView } from '@kubedan/contracts';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../../../lib/api';
import { sessionsSocket } from '../../../lib/sockets';
import { applyEvent, newerView } from '../apply-event';

export const sessionKey = (id: string): string[] => ['session', id];

/**
 * A session's view: fetched once, then kept up to date by its events. After a lost connection the server is told the last
 * number seen and sends what was missed.
 */
export function useSession(id: string): UseQueryResult<SessionView> {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: sessionKey(id),
    queryFn: async ({ signal }) => {
      const fetched = await api<SessionView>(`/sessions/${encodeURIComponent(id)}`, { signal });
      return newerView(client.getQueryData<SessionView>(sessionKey(id)), fetched);
    },
    staleTime: Infinity,
  });
  const isLoaded = query.data !== undefined;
  useEffect(() => {
    if (!isLoaded) return undefined;
    const socket = sessionsSocket();
    const known = (): SessionView | undefined => client.getQueryData<SessionView>(sessionKey(id));
    const refetch = (): void => void client.invalidateQueries({ queryKey: sessionKey(id) });
    let isCatchingUp = false;
    let again = false;
    const watch = (): void => {
      isCatchingUp = true;
      socket.emit('watch', { id, after: known()?.lastEvent ?? 0, again }, (reply) => {
        isCatchingUp = false;
        if (!reply.ok) refetch();
      });
      again = true;
    };
    const take = (event: SessionEvent): void => {
      const view = known();
      if (!view || event.sessionId !== id) return;
      const applied = applyEvent(view, event);
      if (applied.result === 'gap') {
        if (!isCatchingUp) watch();
        return;
      }
      if (applied.result === 'applied') client.setQueryData(sessionKey(id), applied.view);
      if (applied.refetch) refetch();
      if (event.type === 'state') {
        void client.invalidateQueries({ queryKey: ['sessions'] });
        void client.invalidateQueries({ queryKey: ['labs'] });
      }
    };
    socket.on('connect', watch);
    socket.on('event', take);
    if (socket.connected) watch();
    return () => {
      socket.off('connect', watch);
      socket.off('event', take);
      if (socket.connected) socket.emit('unwatch', { id });
    };
  }, [client, id, isLoaded]);
  return query;
}
