import type { LookUp, Need } from '../lookups.js';
import type { AnsweringPod } from '../answering-pod.js';
import { podAnswer } from '../server/pod-answers.js';

export interface Network {
  namespace: string;
  lookUp: LookUp;
  podAt(ip: string): AnsweringPod | undefined;
}
export interface ServiceFacts {
  clusterIP: string;
  /** Another name that it stands for; then it has no address of its own. */
  externalName?: string;
  ports: { name?: string; port: number; targetPort?: number | string }[];
  /** Addresses of ready endpoints with the port of each service port by its name. */
  endpoints: { ip: string; ports: Record<string, number> }[];
}
export type Resolution = { need: Need } | { addresses: string[]; service?: ServiceFacts; name: string } | undefined;

/** What may follow `name.namespace`, as the resolver of a pod completes it: search domains, or the name in full. */
const domains = ['', 'svc', 'svc.cluster.local'];
/** So many names may stand for each other before a resolver gives up. */
const LONGEST_CHAIN = 8;

/** Resolves a name as the cluster's DNS would: a Service of this namespace, `name.namespace`, or in full; or an address. */
export function resolve(host: string, network: Network, chain = 0): Resolution {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return { addresses: [host], name: host };
  if (host === 'localhost') return { addresses: ['127.0.0.1'], name: host };
  // With a dot at its end a name is complete already.
  const isAbsolute = host.endsWith('.');
  const [name = '', namespace = network.namespace, ...rest] = host.replace(/\.$/, '').split('.');
  const domain = rest.join('.');
  if (isAbsolute ? domain !== 'svc.cluster.local' : !domains.includes(domain)) return undefined;
  const need: Need = { kind: 'Service', namespace, name };
  const found = network.lookUp(need);
  if (found.state === 'unknown') return { need };
  if (found.state === 'absent') return undefined;
  const service = JSON.parse(found.data['facts'] ?? '{}') as ServiceFacts;
  if (service.externalName !== undefined)
    return chain < LONGEST_CHAIN ? resolve(`${service.externalName}.`, network, chain + 1) : undefined;
  const headless = service.clusterIP === 'None' || !service.clusterIP;
  const addresses = headless ? service.endpoints.map((one) => one.ip) : [service.clusterIP];
  if (!addresses.length) return undefined;
  return { addresses, service, name: `${name}.${namespace}.svc.cluster.local` };
}

export type Answer = { need: Need } | { problem: 'unknown-host' | 'refused' } | { status: number; body: string };

/** Asks a Service, a pod's address or the own pod for a path. */
export function ask(
  host: string,
  port: number,
  path: string,
  network: Network,
  own: AnsweringPod | undefined,
  now: number,
): Answer {
  const found = resolve(host, network);
  if (!found) return { problem: 'unknown-host' };
  if ('need' in found) return found;
  const reach = (ip: string, at: number): Answer | undefined => {
    const pod = ip === '127.0.0.1' ? own : network.podAt(ip);
    return pod && podAnswer(pod, at, path, now);
  };
  if (!found.service || found.service.clusterIP === 'None') {
    for (const ip of found.addresses) {
      const answer = reach(ip, port);
      if (answer) return answer;
    }
    return { problem: 'refused' };
  }
  const wanted = found.service.ports.find((one) => one.port === port);
  if (!wanted) return { problem: 'refused' };
  const ready = found.service.endpoints;
  // Any of the ready pods: which one changes with time, as a proxy's choice does.
  for (let i = 0; i < ready.length; i++) {
    const endpoint = ready[(Math.floor(now / 997) + i) % ready.length];
    const target = endpoint?.ports[wanted.name ?? ''];
    const answer = endpoint && target !== undefined ? reach(endpoint.ip, target) : undefined;
    if (answer) return answer;
  }
  return { problem: 'refused' };
}
