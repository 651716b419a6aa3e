import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from './objects.js';

/** An API server that knows pods and does as a test says: it answers lists and keeps watches open. */
export class FakeApi {
  items: KubeObject[] = [];
  version = 100;
  readonly requests: string[] = [];
  /** Answers the next requests instead, first come first served. */
  readonly overrides: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
  readonly #watches = new Set<ServerResponse>();
  readonly #waiting: { wanted: (url: string) => boolean; resolve: () => void }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeApi> {
    const server = createServer();
    const api = new FakeApi(server);
    server.on('request', (request, response) => api.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves at the next request of that kind. */
  async asked(wanted: (url: string) => boolean): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  send(line: string): void {
    for (const watch of this.#watches) watch.write(line.endsWith('\n') ? line : `${line}\n`);
  }

  event(type: string, name: string): void {
    this.version += 1;
    this.send(JSON.stringify({ type, object: podNamed(name, this.version) }));
  }

  /** Ends all watches: as agreed, or by breaking the connection. */
  endWatches(how: 'end' | 'destroy'): void {
    for (const watch of this.#watches) watch[how]();
    this.#watches.clear();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    request.resume();
    this.requests.push(`${request.method} ${url}`);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const override = url === '/api/v1' ? undefined : this.overrides.shift();
    if (override) override(request, response);
    else if (url === '/api/v1')
      json(200, {
        resources: [
          { name: 'pods', kind: 'Pod', namespaced: true },
          { name: 'pods/log', kind: 'Pod', namespaced: true },
        ],
      });
    else if (url.includes('watch=true')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      this.#watches.add(response);
    } else if (url.startsWith('/api/v1/pods'))
      json(200, { kind: 'PodList', metadata: { resourceVersion: String(this.version) }, items: this.items });
    else json(404, { kind: 'Status', reason: 'NotFound', message: `no ${url}` });
    for (const [index, one] of [...this.#waiting.entries()].toReversed()) {
      if (!one.wanted(url)) continue;
      this.#waiting.splice(index, 1);
      one.resolve();
    }
  }
}

export const podNamed = (name: string, version: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(version) },
});
