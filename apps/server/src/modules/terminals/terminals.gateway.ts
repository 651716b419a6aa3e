import {
  openTerminalSchema,
  type Reply,
  terminalInputSchema,
  terminalResizeSchema,
  type TerminalsClientToServer,
  type TerminalsServerToClient,
} from '@kubedan/contracts';
import { Inject } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Namespace, Socket } from 'socket.io';
import { z } from 'zod';
import { parseWith } from '../../http/zod.pipe.js';
import { problemOf } from '../../problems/problem.mapping.js';
import { PeopleService } from '../people/people.service.js';
import { admitPerson, personOfSocket, type SocketPerson } from '../people/socket-person.js';
import { TerminalsService } from './terminals.service.js';

type TerminalsSocket = Socket<TerminalsClientToServer, TerminalsServerToClient, object, SocketPerson>;
const listSchema = z.strictObject({ sessionId: z.string().min(1) });
const ackSchema = z.object({ terminalId: z.string(), characters: z.int().min(0) });
const closeSchema = z.object({ terminalId: z.string() });

/** The sockets of browsers with terminals. */
@WebSocketGateway({ namespace: 'terminals' })
export class TerminalsGateway implements OnGatewayInit, OnGatewayDisconnect {
  constructor(
    @Inject(PeopleService) private readonly people: PeopleService,
    @Inject(TerminalsService) private readonly terminals: TerminalsService,
  ) {}

  afterInit(namespace: Namespace): void {
    namespace.use(admitPerson(this.people));
  }

  handleDisconnect(socket: TerminalsSocket): void {
    this.terminals.leave(socket);
  }

  @SubscribeMessage('open')
  async open(
    @ConnectedSocket() socket: TerminalsSocket,
    @MessageBody() body: unknown,
  ): Promise<Reply<{ terminalId: string; backlog: string }>> {
    try {
      const personId = await personOfSocket(this.people, socket.data);
      const request = parseWith(openTerminalSchema, body);
      const opened = await this.terminals.open(personId, request, socket, (terminalId) => ({
        data: (data) => socket.emit('data', { terminalId, data }),
        exit: ({ exitCode, message }) =>
          socket.emit('exit', { terminalId, exitCode, ...(message === undefined ? {} : { reason: message }) }),
      }));
      if (!socket.connected) this.terminals.leave(socket);
      return { ok: true, ...opened };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  @SubscribeMessage('list')
  async list(
    @ConnectedSocket() socket: TerminalsSocket,
    @MessageBody() body: unknown,
  ): Promise<Reply<{ terminals: string[] }>> {
    try {
      const personId = await personOfSocket(this.people, socket.data);
      return { ok: true, terminals: await this.terminals.list(personId, parseWith(listSchema, body).sessionId) };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  }

  @SubscribeMessage('data')
  data(@ConnectedSocket() socket: TerminalsSocket, @MessageBody() body: unknown): void {
    const input = terminalInputSchema.safeParse(body);
    if (input.success) this.terminals.input(socket, input.data.terminalId, input.data.data);
  }

  @SubscribeMessage('resize')
  resize(@ConnectedSocket() socket: TerminalsSocket, @MessageBody() body: unknown): void {
    const size = terminalResizeSchema.safeParse(body);
    if (size.success) this.terminals.resize(socket, size.data.terminalId, size.data.cols, size.data.rows);
  }

  @SubscribeMessage('ack')
  acknowledge(@ConnectedSocket() socket: TerminalsSocket, @MessageBody() body: unknown): void {
    const ack = ackSchema.safeParse(body);
    if (ack.success) this.terminals.acknowledge(socket, ack.data.terminalId, ack.data.characters);
  }

  @SubscribeMessage('close')
  async close(@ConnectedSocket() socket: TerminalsSocket, @MessageBody() body: unknown): Promise<void> {
    const request = closeSchema.safeParse(body);
    if (request.success) await this.terminals.close(socket, request.data.terminalId);
  }
}
