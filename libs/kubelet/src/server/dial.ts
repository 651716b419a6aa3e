import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Http2SecureServer } from 'node:http2';
import { duplexPair, type Duplex } from 'node:stream';
import type { World } from './world.js';
import { adapterService, metricsService, SERVER_PORT } from '../metrics/apis.js';
import { noMetricsYet, ResourceMetricsApi } from '../metrics/resource-metrics-api.js';
import {
  CustomMetricsApi,
  ExternalMetricsApi,
  noTrafficYet,
  type MeasuredTraffic,
} from '../metrics/traffic-metrics-api.js';
import { passingApiServer, worldApiServer } from '../metrics/world-api-server.js';
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

/**
 * The servers of one plane's world: the kubelet port of its nodes, the ports of its pods, and the server of metrics. Nothing
 * listens anywhere.
 */
export class WorldServers {
  #kubelet: HttpsServer | undefined;
  #metrics: Http2SecureServer | undefined;
  #traffic: Http2SecureServer | undefined;
  readonly #ports = new Map<string, HttpServer>();
  readonly #open = new Set<Duplex>();

  constructor(private readonly plane: World) {}

  /**
   * @returns a connection to the kubelet port of a node, to a port that a pod answers on, or to the server of metrics
   * @throws DialRefusedError for every other address
   */
  dial(host: string, port: number): Duplex {
    const service = worldService(host, port);
    if (service === 'metrics') return this.#connect(this.#metricsServer());
    if (service === 'traffic' && this.plane.measuredTraffic)
      return this.#connect(this.#trafficServer(this.plane.measuredTraffic));
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
    this.#metrics?.close();
    this.#traffic?.close();
    for (const server of this.#ports.values()) server.close();
    this.#ports.clear();
  }

  #connect(server: Server): Duplex {
    const { ours, theirs } = connectTo(server);
    this.#open.add(ours);
    ours.on('close', () => this.#open.delete(ours));
    return theirs;
  }

  #metricsServer(): Http2SecureServer {
    this.#metrics ??= worldApiServer(this.#serving(), [
      new ResourceMetricsApi(
        {
          nodes: () => this.plane.measuredNodes(),
          pods: () => this.plane.measuredPods(),
          now: () => this.plane.now(),
        },
        this.plane.scrapes,
      ),
    ]);
    return this.#metrics;
  }

  #trafficServer(traffic: MeasuredTraffic): Http2SecureServer {
    this.#traffic ??= worldApiServer(this.#serving(), [new CustomMetricsApi(traffic), new ExternalMetricsApi(traffic)]);
    return this.#traffic;
  }

  #serving(): { cert: string; key: string } {
    const { serving } = this.plane;
    if (!serving) throw new DialRefusedError('The servers of this cluster have no certificate.');
    return serving;
  }

  #kubeletServer(): HttpsServer {
    if (this.#kubelet) return this.#kubelet;
    const { cert, key } = this.#serving();
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

type Server = HttpServer | HttpsServer | Http2SecureServer;

/** @returns the two ends of a connection to a server that listens nowhere */
function connectTo(server: Server): { ours: Duplex; theirs: Duplex } {
  const [ours, theirs] = duplexPair();
  ours.on('error', () => {});
  theirs.on('error', () => {});
  // A pair does not tell one side that the other was torn down.
  ours.on('close', () => theirs.destroy());
  theirs.on('close', () => ours.destroy());
  server.emit('connection', ours);
  return { ours, theirs };
}

/** @returns which server of the world an API server finds at that address: that of metrics, or that of traffic's figures */
export function worldService(host: string, port: number): 'metrics' | 'traffic' | undefined {
  if (port !== SERVER_PORT) return undefined;
  return host === metricsService.address ? 'metrics' : host === adapterService.address ? 'traffic' : undefined;
}

/**
 * Answers for a server of the world while its plane has no nodes attached: an API whose server is away would keep its API server
 * from deleting namespaces, and clients from knowing all kinds.
 */
export function dialStandIn(service: 'metrics' | 'traffic', serving: { cert: string; key: string }): Duplex {
  return connectTo(passingApiServer(serving, service === 'metrics' ? [noMetricsYet] : noTrafficYet)).theirs;
}

/** @returns whether a container of the pod listens on that port */
export function answers(machine: PodMachine, port: number, now: number): boolean {
  return machine.reachable().some(({ plan, startedAt }) => plan.port === port && now - startedAt >= plan.servesFrom);
}
