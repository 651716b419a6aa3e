import type { IncomingHttpHeaders } from 'node:http';
import { ForbiddenOriginError } from '../problems/problem.error.js';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Which names a browser may reach us by. A page elsewhere that had its own name lead to us (DNS rebinding) is refused. */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  readonly #publicHost: string | undefined;

  /**
   * @param host what the server listens on; a wildcard adds no name
   * @param publicUrl where browsers reach it, if that is elsewhere
   */
  constructor(host: string, publicUrl?: string) {
    const own = host === '0.0.0.0' || host === '::' ? [] : [host.includes(':') ? `[${host}]` : host];
    const url = publicUrl === undefined ? undefined : new URL(publicUrl);
    this.#publicHost = url?.host;
    this.#names = new Set([...loopback, ...own, ...(url ? [url.hostname] : [])].map((name) => name.toLowerCase()));
  }

  /**
   * @param headers of a request or of a socket's handshake
   * @throws ForbiddenOriginError for a host that is not ours, and for a request that another site's page makes
   */
  check(headers: IncomingHttpHeaders): void {
    const host = headers.host?.toLowerCase() ?? '';
    const name = host.replace(/:\d+$/, '');
    if (!this.#names.has(name)) {
      throw new ForbiddenOriginError(
        `This server is not reached under the name ${JSON.stringify(name)}. Use http://127.0.0.1 with its port, or set KUBEDAN_PUBLIC_URL.`,
      );
    }
    const { origin } = headers;
    if (origin !== undefined) {
      const from = URL.canParse(origin) ? new URL(origin).host.toLowerCase() : '';
      if (from !== host && from !== this.#publicHost) {
        throw new ForbiddenOriginError('Pages of other sites cannot use this server. Open its own page.');
      }
    }
  }

  /** @throws ForbiddenOriginError for what another site's page fetches, whatever the method */
  checkFetch(headers: IncomingHttpHeaders): void {
    this.check(headers);
    if (headers['sec-fetch-site'] === 'cross-site') {
      throw new ForbiddenOriginError('Pages of other sites cannot use this server. Open its own page.');
    }
  }
}
