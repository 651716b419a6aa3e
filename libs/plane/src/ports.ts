import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const taken = new Set<number>();

/** First port that the system hands out by itself: below it no outgoing connection ever sits on a port that we chose. */
function ephemeralStart(): number {
  try {
    const start = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
    if (start > 12_000) return start;
  } catch {
    // Not Linux: the registered default of RFC 6335.
    return 49_152;
  }
  return 65_536;
}

/**
 * Reserves a TCP port on 127.0.0.1 that is free now. Another process may still take it before it is used: whoever starts a
 * server on it must be ready to ask again.
 * @param wanted tried first
 */
export async function reservePort(wanted?: number): Promise<number> {
  const end = ephemeralStart();
  for (let attempt = 0; ; attempt++) {
    const port = attempt === 0 && wanted ? wanted : randomInt(10_000, end);
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
    taken.delete(port);
    if (attempt > 10_000) throw new Error('No free TCP port was found on 127.0.0.1; close some programs that listen.');
  }
}

export function releasePort(port: number): void {
  taken.delete(port);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
