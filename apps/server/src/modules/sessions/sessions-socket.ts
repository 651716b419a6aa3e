import type { SessionsClientToServer, SessionsServerToClient } from '@kubedan/contracts';
import type { Socket } from 'socket.io';
import type { SocketPerson } from '../people/socket-person.js';

/** A browser's connection to the namespace /sessions. */
export type SessionsSocket = Socket<SessionsClientToServer, SessionsServerToClient, object, SocketPerson>;
