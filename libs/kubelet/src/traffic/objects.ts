import type { KubeObject } from '@kubedan/kube';

/** The kinds by which traffic is steered, as the API server keeps them: checked, with their defaults filled in. */

export interface Condition {
  type: string;
  status: 'True' | 'False';
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
}

export interface GatewayClass extends KubeObject {
  spec: { controllerName: string };
  status?: { conditions?: Condition[] };
}

export interface Gateway extends KubeObject {
  spec: {
    gatewayClassName: string;
    listeners: {
      name: string;
      hostname?: string;
      port: number;
      protocol: 'HTTP' | 'HTTPS';
      allowedRoutes?: { namespaces?: { from?: 'All' | 'Same' } };
    }[];
  };
  status?: { conditions?: Condition[]; addresses?: { type?: string; value: string }[] };
}

export interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

export interface BackendRef {
  namespace?: string;
  name: string;
  port: number;
  weight?: number;
}

export interface HttpRoute extends KubeObject {
  spec: {
    parentRefs?: ParentRef[];
    hostnames?: string[];
    rules?: {
      matches?: { path?: { type?: 'Exact' | 'PathPrefix'; value?: string } }[];
      backendRefs?: BackendRef[];
      timeouts?: { request?: string };
      retry?: { attempts: number };
    }[];
  };
  status?: { parents?: { parentRef: ParentRef; controllerName: string; conditions?: Condition[] }[] };
}

export interface RateLimit extends KubeObject {
  spec: { route: string; requestsPerSecond: number; burst?: number };
  status?: { conditions?: Condition[] };
}

export interface CircuitBreaker extends KubeObject {
  spec: {
    target: { kind: 'Service' | 'Dependency'; name: string };
    maxRequests?: number;
    errorPercent?: number;
    window?: string;
    minRequests?: number;
    openFor?: string;
  };
  status?: { conditions?: Condition[] };
}

export interface LoadTest extends KubeObject {
  spec: { traffic: string };
  status?: { conditions?: Condition[] };
}

export interface PrometheusRule extends KubeObject {
  /** Not to be trusted: whoever evaluates it checks it. */
  spec: object;
  status?: {
    conditions?: Condition[];
    alerts?: {
      name: string;
      state: string;
      labels: Record<string, string>;
      annotations: Record<string, string>;
      activeAt: string;
    }[];
  };
}

export interface Service extends KubeObject {
  spec?: { ports?: { name?: string; port: number }[] };
}

export interface EndpointSlice extends KubeObject {
  endpoints?: {
    addresses: string[];
    conditions?: { ready?: boolean };
    targetRef?: { kind?: string; uid?: string };
  }[];
  ports?: { name?: string; port?: number }[];
}

/** @returns `namespace/name`, by which objects are told apart */
export const keyOf = ({ metadata }: Pick<KubeObject, 'metadata'>): string =>
  `${metadata.namespace ?? 'default'}/${metadata.name}`;
