import type {
  SessionsClientToServer,
  SessionsServerToClient,
  TerminalsClientToServer,
  TerminalsServerToClient,
} from '@kubedan/contracts';
import { useSyncExternalStore } from 'react';
import { Manager, type Socket } from 'socket.io-client';

export type SessionsSocket = Socket<SessionsServerToClient, SessionsClientToServer>;
export type TerminalsSocket = Socket<TerminalsServerToClient, TerminalsClientToServer>;

let manager: Manager | undefined;
let sessions: SessionsSocket | undefined;
let terminals: TerminalsSocket | undefined;

/** One connection carries both namespaces. */
function theManager(): Manager {
  manager ??= new Manager({
    path: '/socket.io',
    transports: ['websocket', 'polling'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
  });
  return manager;
}

export function sessionsSocket(): SessionsSocket {
  sessions ??= theManager().socket('/sessions') as SessionsSocket;
  if (!sessions.active) sessions.connect();
  return sessions;
}

export function terminalsSocket(): TerminalsSocket {
  terminals ??= theManager().socket('/terminals') as TerminalsSocket;
  if (!terminals.active) terminals.connect();
  return terminals;
}

/** @returns whether the connection stands */
export function useConnected(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const socket = sessionsSocket();
      socket.on('connect', listener);
      socket.on('disconnect', listener);
      return () => {
        socket.off('connect', listener);
        socket.off('disconnect', listener);
      };
    },
    () => sessions?.connected ?? false,
  );
}
