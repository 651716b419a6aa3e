import type { Socket } from 'socket.io';
import { UnauthorizedError } from '../../problems/problem.error.js';
import type { PeopleService } from './people.service.js';

/** What a socket knows of who opened it. */
export interface SocketPerson {
  token?: string;
}

/** Middleware of a namespace: whoever has no token may hear of the set-up, and of nothing else. */
export function admitPerson(people: PeopleService) {
  return (socket: Socket, next: (error?: Error) => void): void => {
    try {
      const token = people.tokenIn(socket.handshake.headers);
      if (token !== undefined) (socket.data as SocketPerson).token = token;
      next();
    } catch (error) {
      next(error as Error);
    }
  };
}

/** @throws UnauthorizedError when the socket was opened before its browser had a token */
export async function personOfSocket(people: PeopleService, data: SocketPerson): Promise<string> {
  if (data.token === undefined) throw new UnauthorizedError('This connection has no token. Reload the page.');
  return people.personOf(data.token);
}
