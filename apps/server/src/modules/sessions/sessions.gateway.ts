import { type Reply, watchRequestSchema } from '@kubedan/contracts';
import { Inject, type OnModuleDestroy } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Namespace } from 'socket.io';
import { z } from 'zod';
import { parseWith } from '../../http/zod.pipe.js';
import { admitPerson } from '../people/socket-person.js';
import { PeopleService } from '../people/people.service.js';
import { problemOf } from '../../problems/problem.mapping.js';
import { SetupService } from '../setup/setup.service.js';
import type { SessionsSocket } from './sessions-socket.js';
import { SessionWatchers } from './session-watchers.service.js';

const unwatchSchema = z.object({ id: z.string() });

/** The sockets of browsers that watch sessions. */
@WebSocketGateway({ namespace: 'sessions' })
export class SessionsGateway implements OnGatewayInit, OnGatewayDisconnect, OnModuleDestroy {
  #endSetup: (() => void) | undefined;

  constructor(
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(SessionWatchers) private readonly watchers: SessionWatchers,
    @Inject(SetupService) private readonly setup: SetupService,
  ) {}

  afterInit(namespace: Namespace): void {
    namespace.use(admitPerson(this.people));
    namespace.on('connection', (socket) => socket.emit('setup', this.setup.view));
    this.#endSetup = this.setup.onChange((view) => namespace.emit('setup', view));
  }

  handleDisconnect(socket: SessionsSocket): void {
    this.watchers.leave(socket);
  }

  onModuleDestroy(): void {
    this.#endSetup?.();
    this.watchers.close();
  }

  @SubscribeMessage('watch')
  async watch(
    @ConnectedSocket() socket: SessionsSocket,
    @MessageBody() body: unknown,
  ): Promise<Reply<{ last: number }>> {
    try {
      return { ok: true, last: await this.watchers.watch(socket, parseWith(watchRequestSchema, body)) };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  @SubscribeMessage('unwatch')
  unwatch(@ConnectedSocket() socket: SessionsSocket, @MessageBody() body: unknown): void {
    const request = unwatchSchema.safeParse(body);
    if (request.success) this.watchers.unwatch(socket, request.data.id);
  }
}
