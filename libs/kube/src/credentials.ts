import { parse, stringify } from 'yaml';

/** What a client needs to speak to one API server as one user. All but `server` are PEM texts. */
export interface KubeCredentials {
  /** Base URL, for example `https://127.0.0.1:6443`. */
  server: string;
  /** Certificate of the authority that signed the server's certificate. */
  ca: string;
  cert: string;
  key: string;
}

/** A kubeconfig cannot be used; the message says which field and what is needed. */
export class KubeconfigInvalidError extends Error {
  override readonly name = 'KubeconfigInvalidError';
}

const encoded = (text: string) => Buffer.from(text).toString('base64');

/**
 * @param credentials who and where
 * @param options name of cluster, user and context (default `kubedan`); namespace of the context; another server URL
 * @returns the YAML text of a kubeconfig with the certificates inside
 */
export function kubeconfigOf(
  credentials: KubeCredentials,
  options: { name?: string; namespace?: string; server?: string } = {},
): string {
  const name = options.name ?? 'kubedan';
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name,
          cluster: {
            server: options.server ?? credentials.server,
            'certificate-authority-data': encoded(credentials.ca),
          },
        },
      ],
      users: [
        {
          name,
          user: {
            'client-certificate-data': encoded(credentials.cert),
            'client-key-data': encoded(credentials.key),
          },
        },
      ],
      contexts: [
        {
          name,
          context: { cluster: name, user: name, ...(options.namespace ? { namespace: options.namespace } : {}) },
        },
      ],
      'current-context': name,
    },
    { lineWidth: 0 },
  );
}

interface Kubeconfig {
  clusters?: { name: string; cluster: Record<string, string> }[];
  users?: { name: string; user: Record<string, string> }[];
  contexts?: { name: string; context: { cluster: string; user: string } }[];
  'current-context'?: string;
}

/**
 * Reads the current context of a kubeconfig that carries its certificates as data.
 * @throws KubeconfigInvalidError when it is no kubeconfig, or the user signs in otherwise than by a certificate
 */
export function credentialsOf(kubeconfigYaml: string): KubeCredentials {
  let config: Kubeconfig | undefined;
  try {
    config = parse(kubeconfigYaml) as Kubeconfig | undefined;
  } catch (error) {
    throw new KubeconfigInvalidError('The kubeconfig is no YAML; export it once more.', { cause: error });
  }
  const current = config?.['current-context'];
  const context = config?.contexts?.find((one) => one.name === current)?.context;
  const cluster = config?.clusters?.find((one) => one.name === context?.cluster)?.cluster;
  const user = config?.users?.find((one) => one.name === context?.user)?.user;
  if (!cluster || !user) {
    throw new KubeconfigInvalidError('The kubeconfig has no current context with a cluster and a user; set one.');
  }
  const decoded = (from: Record<string, string>, field: string) => {
    const text = from[field];
    if (!text) throw new KubeconfigInvalidError(`The kubeconfig has no ${field}; export it with --flatten.`);
    return Buffer.from(text, 'base64').toString();
  };
  if (!cluster['server'])
    throw new KubeconfigInvalidError('The kubeconfig names no server; add clusters[].cluster.server.');
  return {
    server: cluster['server'],
    ca: decoded(cluster, 'certificate-authority-data'),
    cert: decoded(user, 'client-certificate-data'),
    key: decoded(user, 'client-key-data'),
  };
}
