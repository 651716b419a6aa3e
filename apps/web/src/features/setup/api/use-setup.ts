import type { SetupView } from '@kubedan/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../../../lib/api';
import { sessionsSocket } from '../../../lib/sockets';

const key = ['setup'];

/** How far the programs for clusters are: asked once, then told; asked again while it is not ready, in case no word comes. */
export function useSetup(): SetupView | undefined {
  const client = useQueryClient();
  useEffect(() => {
    const socket = sessionsSocket();
    const take = (view: SetupView): void => void client.setQueryData(key, view);
    socket.on('setup', take);
    return () => void socket.off('setup', take);
  }, [client]);
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api<SetupView>('/setup', { signal }),
    refetchInterval: (query) => (query.state.data?.ready === true ? false : 2000),
  }).data;
}
