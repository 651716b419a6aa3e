import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { AllowedHosts } from './allowed-hosts.js';

/** socket.io behind the same door as REST: our names, our pages. */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly hosts: AllowedHosts,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: object): ReturnType<IoAdapter['createIOServer']> {
    const ours = {
      serveClient: false,
      // A message holds at most what a terminal's paste may hold.
      maxHttpBufferSize: 262_144,
      pingInterval: 20_000,
      pingTimeout: 20_000,
      allowRequest: (request: IncomingMessage, decide: (error: string | null, isAllowed: boolean) => void) => {
        try {
          this.hosts.checkFetch(request.headers);
          decide(null, true);
        } catch {
          decide('forbidden-origin', false);
        }
      },
    };
    return super.createIOServer(port, { ...options, ...ours } as Parameters<IoAdapter['createIOServer']>[1]);
  }
}
