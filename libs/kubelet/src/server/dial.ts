import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { duplexPair, type Duplex } from 'node:stream';
import type { World } from './world.js';
import { KUBELET_PORT } from '../nodes.js';
import type { PodMachine } from '../pod-machine.js';
import { answerPortForward } from './port-forward.js';
import { answerExec } from './exec.js';
import { answerKubeletRequest } from './kubelet-requests.js';
import { answerAsPod } from './pod-answers.js';

/** Nothing of the world is at that address and port. */
export class DialRefusedError extends Error {
  override readonly name = 'DialRefusedError';
}

/** The servers of one plane's world: the kubelet port of its nodes, and the ports of its pods. Nothing listens anywhere. */
export class WorldServers {
  #kubelet: HttpsServer | undefined;
  readonly #ports = new Map<string, HttpServer>();
  readonly #open = new Set<Duplex>();

  constructor(private readonly plane: World) {}

  /**
   * @returns a connection to the kubelet port of a node, or to a port that a pod answers on
   * @throws DialRefusedError for every other address
   */
  dial(host: string, port: number): Duplex {
    const node = this.plane.nodeAt(host);
    if (node && port === KUBELET_PORT) {
      if (node.failed) throw new DialRefusedError(`Node ${node.spec.name} does not answer.`);
      return this.#connect(this.#kubeletServer());
    }
    const pod = this.plane.podAt(host);
    if (pod && !pod.node.failed && answers(pod.machine, port, this.plane.now())) {
      return this.#connect(this.#podServer(pod.machine, port));
    }
    throw new DialRefusedError(`Nothing in the cluster answers at ${host}:${port}.`);
  }

  close(): void {
    for (const one of this.#open) one.destroy();
    this.#kubelet?.close();
    for (const server of this.#ports.values()) server.close();
    this.#ports.clear();
  }

  #connect(server: HttpServer | HttpsServer): Duplex {
    const [ours, theirs] = duplexPair();
    this.#open.add(ours);
    ours.on('error', () => {}).on('close', () => this.#open.delete(ours));
    theirs.on('error', () => {});
    // A pair does not tell one side that the other was torn down.
    ours.on('close', () => theirs.destroy());
    theirs.on('close', () => ours.destroy());
    server.emit('connection', ours);
    return theirs;
  }

  #kubeletServer(): HttpsServer {
    if (this.#kubelet) return this.#kubelet;
    const serving = this.plane.serving;
    if (!serving) throw new DialRefusedError('The nodes of this cluster have no serving certificate.');
    const { cert, key } = serving;
    // Only the API server holds a certificate of this authority that ever gets here: the way in is its egress proxy.
    this.#kubelet = createHttpsServer(
      { cert, key, ca: this.plane.clientCA, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      (request, response) => answerKubeletRequest(this.plane, request, response),
    );
    this.#kubelet.on('tlsClientError', () => {});
    this.#kubelet.on('upgrade', (request, socket) =>
      (request.url?.startsWith('/portForward/') ? answerPortForward : answerExec)(this.plane, request, socket),
    );
    return this.#kubelet;
  }

  #podServer(machine: PodMachine, port: number): HttpServer {
    const key = `${machine.pod.metadata.uid}:${port}`;
    let server = this.#ports.get(key);
    if (!server) {
      server = createHttpServer((request, response) => answerAsPod(machine, port, this.plane.now(), request, response));
      server.keepAliveTimeout = 1_000;
      this.#ports.set(key, server);
      if (this.#ports.size > 200) {
        const oldest = this.#ports.keys().next().value;
        if (oldest !== undefined) this.#ports.delete(oldest);
      }
    }
    return server;
  }
}

/** @returns whether a container of the pod listens on that port */
export function answers(machine: PodMachine, port: number, now: number): boolean {
  return machine.reachable().some(({ plan, startedAt }) => plan.port === port && now - startedAt >= plan.servesFrom);
}
