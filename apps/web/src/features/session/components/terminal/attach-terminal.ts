import type { Problem } from '@kubedan/contracts';
import type { Terminal } from '@xterm/xterm';
import { terminalsSocket } from '../../../../lib/sockets';

export interface Attachment {
  resize: () => void;
  detach: () => void;
}
export interface AttachOptions {
  sessionId: string;
  /** Absent: a new terminal is opened. */
  terminalId: string | undefined;
  onOpened: (terminalId: string) => void;
  onExit: (end: { exitCode: number; reason?: string }) => void;
  onProblem: (problem: Problem) => void;
}

/** Characters drawn after which the server is told, at the latest. */
const ackEach = 16_384;
/** What one message may carry; a longer paste is cut. */
const longestInput = 32_768;

/**
 * Joins an xterm with a terminal on the server: output is acknowledged as it is drawn, so that the server knows when to pause;
 * after a lost connection the same terminal is opened again and its backlog drawn anew.
 */
export function attachTerminal(screen: Terminal, options: AttachOptions): Attachment {
  const socket = terminalsSocket();
  let id = options.terminalId;
  let isOver = false;
  let isOpening = false;
  let isOpen = false;
  let drawn = 0;
  let waiting = 0;

  const open = (): void => {
    if (isOver || isOpening) return;
    isOpening = true;
    isOpen = false;
    const size = { cols: screen.cols, rows: screen.rows };
    socket.emit(
      'open',
      { sessionId: options.sessionId, ...(id === undefined ? {} : { terminalId: id }), ...size },
      (reply) => {
        isOpening = false;
        if (isOver) return;
        if (!reply.ok) {
          isOver = reply.problem.code === 'terminal-not-found';
          options.onProblem(reply.problem);
          return;
        }
        id = reply.terminalId;
        isOpen = true;
        drawn = 0;
        screen.reset();
        screen.write(reply.backlog);
        options.onOpened(id);
        if (screen.cols !== size.cols || screen.rows !== size.rows) resize();
      },
    );
  };
  const resize = (): void => {
    if (id !== undefined && isOpen && socket.connected) {
      socket.emit('resize', { terminalId: id, cols: screen.cols, rows: screen.rows });
    }
  };
  const onData = (output: { terminalId: string; data: string }): void => {
    if (output.terminalId !== id) return;
    waiting += 1;
    screen.write(output.data, () => {
      waiting -= 1;
      drawn += output.data.length;
      if ((drawn >= ackEach || waiting === 0) && isOpen) {
        socket.emit('ack', { terminalId: output.terminalId, characters: drawn });
        drawn = 0;
      }
    });
  };
  const onExit = (end: { terminalId: string; exitCode: number; reason?: string }): void => {
    if (end.terminalId !== id) return;
    isOver = true;
    options.onExit(end);
  };
  const onDisconnect = (): void => {
    isOpening = false;
    isOpen = false;
  };
  const input = screen.onData((data) => {
    if (id === undefined || !isOpen || isOver) return;
    for (let start = 0; start < data.length; start += longestInput) {
      socket.emit('data', { terminalId: id, data: data.slice(start, start + longestInput) });
    }
  });
  const resized = screen.onResize(resize);

  socket.on('connect', open);
  socket.on('disconnect', onDisconnect);
  socket.on('data', onData);
  socket.on('exit', onExit);
  if (socket.connected) open();
  return {
    resize,
    detach: () => {
      isOver = true;
      socket.off('connect', open);
      socket.off('disconnect', onDisconnect);
      socket.off('data', onData);
      socket.off('exit', onExit);
      input.dispose();
      resized.dispose();
    },
  };
}
