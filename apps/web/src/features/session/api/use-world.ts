import type { WorldView } from '@kubedan/contracts';
import { useEffect, useState } from 'react';
import { api } from '../../../lib/api';
import { sessionsSocket } from '../../../lib/sockets';
import { mergeSeries } from '../world-history';

/** The world of a session: its past at once, then each second; undefined until something is known. */
export function useWorld(sessionId: string): WorldView | undefined {
  const [view, setView] = useState<WorldView>();
  useEffect(() => {
    const socket = sessionsSocket();
    const end = new AbortController();
    let known: WorldView | undefined;
    let isFetching = false;
    const take = (next: WorldView): void => {
      if (next.sessionId !== sessionId) return;
      // The clock went back: the lab was begun anew, in another world.
      const isOther = known !== undefined && next.picture.worldMs < known.picture.worldMs - 10_000;
      const { series, hasGap } = mergeSeries(isOther ? undefined : known?.series, next.series);
      known = { ...next, series };
      setView(known);
      if (hasGap) void fetchAll();
    };
    const fetchAll = async (): Promise<void> => {
      if (isFetching) return;
      isFetching = true;
      // What cannot be had now comes with the next seconds; the page's notices tell of a server that is away.
      const whole = await api<WorldView>(`/sessions/${encodeURIComponent(sessionId)}/world`, {
        signal: end.signal,
      }).catch(() => undefined);
      isFetching = false;
      if (whole === undefined || end.signal.aborted) return;
      const later = known;
      known = whole;
      if (later && later.picture.worldMs > whole.picture.worldMs) take(later);
      else setView(whole);
    };
    socket.on('world', take);
    void fetchAll();
    return () => {
      end.abort();
      socket.off('world', take);
      setView(undefined);
    };
  }, [sessionId]);
  return view;
}
