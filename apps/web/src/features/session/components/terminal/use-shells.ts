import { useCallback, useEffect, useRef, useState } from 'react';
import { terminalsSocket } from '../../../../lib/sockets';

export interface Shell {
  /** Stays the same for as long as the shell is shown. */
  key: string;
  number: number;
  terminalId?: string;
  /** It has ended, and why. */
  end?: { exitCode?: number; reason?: string };
}

/** The shells of a session: those that run already, else a first one. */
export function useShells(sessionId: string): {
  shells: Shell[];
  active: string;
  activate: (key: string) => void;
  add: () => void;
  close: (key: string) => void;
  change: (key: string, change: Partial<Shell>) => void;
} {
  const [shells, setShells] = useState<Shell[]>([]);
  const [active, setActive] = useState('');
  const count = useRef(0);
  const make = useCallback((terminalId?: string): Shell => {
    const number = ++count.current;
    return { key: `shell-${number}`, number, ...(terminalId === undefined ? {} : { terminalId }) };
  }, []);
  const add = useCallback(() => {
    const shell = make();
    setShells((all) => [...all, shell]);
    setActive(shell.key);
  }, [make]);

  useEffect(() => {
    const socket = terminalsSocket();
    let isOver = false;
    const list = (): void => {
      socket.emit('list', { sessionId }, (reply) => {
        if (isOver) return;
        socket.off('connect', list);
        const first = (reply.ok && reply.terminals.length > 0 ? reply.terminals : [undefined]).map(make);
        setShells(first);
        setActive(first[0]?.key ?? '');
      });
    };
    // Asked anew with each connection until it is answered once; after that each screen looks after itself.
    socket.on('connect', list);
    if (socket.connected) list();
    return () => {
      isOver = true;
      socket.off('connect', list);
    };
  }, [sessionId, make]);

  const change = useCallback(
    (key: string, changed: Partial<Shell>) =>
      setShells((all) => all.map((shell) => (shell.key === key ? { ...shell, ...changed } : shell))),
    [],
  );
  const close = (key: string): void => {
    const shell = shells.find((other) => other.key === key);
    if (shell?.terminalId !== undefined && !shell.end)
      terminalsSocket().emit('close', { terminalId: shell.terminalId });
    const rest = shells.filter((other) => other.key !== key);
    setShells(rest);
    if (active === key) setActive(rest.at(-1)?.key ?? '');
  };
  return { shells, active, activate: setActive, add, close, change };
}
