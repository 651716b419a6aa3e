import type { ClusterPicture } from '@kubedan/contracts';
import { useEffect, useState } from 'react';
import { sessionsSocket } from '../../../lib/sockets';

/** The latest picture of a session's cluster; undefined until the first one comes. */
export function usePicture(sessionId: string): ClusterPicture | undefined {
  const [picture, setPicture] = useState<ClusterPicture>();
  useEffect(() => {
    const socket = sessionsSocket();
    const take = (next: ClusterPicture): void => {
      if (next.sessionId === sessionId) setPicture(next);
    };
    socket.on('picture', take);
    return () => {
      socket.off('picture', take);
      setPicture(undefined);
    };
  }, [sessionId]);
  return picture;
}
