import { httpTargetSchema, millisecondsOf, type HttpTarget } from '@kubedan/contracts';
import type { KubeClient, KubeObject, ListQuery, ObjectRef, ProxiedAnswer } from '@kubedan/kube';
import { namespaceOf } from '../subject.js';
import { blameOthers, wordsOf } from './blame.js';
import type { Answer, Inquiry } from './inquiry.js';

/** Bytes of a body that a check sees. */
const largestBody = 65_536;
/** JSON that is nested deeper is left as text. */
const deepestJson = 50;
/** So many in a row without an answer, and no more are asked for. */
const mostUnanswered = 3;
/** Milliseconds for all that is asked for one look. */
const longest = 15_000;

/** One answer as checks see it. */
export type HttpResponse =
  | {
      reached: true;
      absent: false;
      status: number;
      /** By name in lower case. */
      headers: Record<string, string>;
      /** Of UTF-8 text the first 64 KiB. */
      body: string;
      /** The body's value, where it is JSON. */
      json?: unknown;
      /** True when the body is longer. */
      truncated: boolean;
    }
  | {
      reached: false;
      /** True when there is no such Service or Pod. */
      absent: boolean;
      why: string;
    };

/** Asks a Service or a Pod over HTTP, through the API server's proxy. @param target bound to a seed */
export function httpInquiry(target: HttpTarget, labNamespace: string | undefined): Inquiry {
  const namespace = namespaceOf(target.namespace, labNamespace);
  const isService = target.service !== undefined;
  const name = target.service ?? target.pod ?? '';
  const of: ObjectRef = { apiVersion: 'v1', kind: isService ? 'Service' : 'Pod', namespace, name };
  const itself: ListQuery = {
    apiVersion: 'v1',
    kind: of.kind,
    namespace,
    fieldSelector: `metadata.name=${name}`,
  };
  const slices: ListQuery = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    namespace,
    labelSelector: `kubernetes.io/service-name=${name}`,
  };
  const ask = async (client: KubeClient, signal: AbortSignal): Promise<HttpResponse> => {
    const timeout = AbortSignal.timeout(millisecondsOf(target.timeout));
    let answer: ProxiedAnswer;
    try {
      answer = await client.ask(target.method, proxyPath(target, namespace), {
        headers: target.headers,
        maxBytes: largestBody,
        signal: AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      signal.throwIfAborted();
      await blameOthers(client, of, signal);
      return {
        reached: false,
        absent: false,
        why: timeout.aborted ? `no answer within ${target.timeout}` : brokenOff(error),
      };
    }
    const status = statusIn(answer);
    if (status === undefined) return responseOf(answer);
    // The API server's own words, or those of somebody who speaks like it.
    if (!isAboutReaching(status.message)) await blameOthers(client, of, signal);
    const absent = status.reason === 'NotFound' && ['services', 'pods'].includes(status.details?.kind ?? '');
    return { reached: false, absent, why: wordsOf(status.message) };
  };
  return {
    triggers: isService ? [itself, slices] : [itself],
    // Which endpoints are ready is in their slices, and whether a Pod is ready is in itself: any change counts.
    reasonOf: (items) => items.map((set) => set.map(versionOf).sort().join(' ')).join('; '),
    async ask(client, signal): Promise<Answer> {
      const mistake = httpTargetSchema.safeParse(target).error?.issues[0];
      if (mistake) return { mistake: `${mistake.path.join('.')}: ${mistake.message}` };
      const until = performance.now() + longest;
      const responses: HttpResponse[] = [];
      let unanswered = 0;
      while (responses.length < target.times && unanswered < mostUnanswered && performance.now() < until) {
        const response = await ask(client, signal);
        unanswered = response.reached ? 0 : unanswered + 1;
        responses.push(response);
      }
      return { seen: responses, reached: responses.some((one) => one.reached) };
    },
  };
}

function proxyPath({ scheme, service, pod, port, path }: HttpTarget, namespace: string): string {
  const name = encodeURIComponent(`${scheme}:${service ?? pod}:${port}`).replaceAll('%3A', ':');
  const kind = service === undefined ? 'pods' : 'services';
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${kind}/${name}/proxy${path}`;
}

function responseOf({ status, headers, body, truncated }: ProxiedAnswer): HttpResponse {
  const text = body.toString('utf8');
  const json = truncated ? undefined : parsed(text);
  return {
    reached: true,
    absent: false,
    status,
    headers,
    body: text,
    ...(json === undefined ? {} : { json }),
    truncated,
  };
}

interface Status {
  message: string;
  reason?: string;
  details?: { kind?: string };
}

function statusIn({ status, headers, body }: ProxiedAnswer): Status | undefined {
  if (status < 400 || !headers['content-type']?.startsWith('application/json')) return undefined;
  const value = parsed(body.toString('utf8')) as (Partial<Status> & { kind?: string; apiVersion?: string }) | undefined;
  if (value?.kind !== 'Status' || value.apiVersion !== 'v1' || typeof value.message !== 'string') return undefined;
  return value as Status;
}

/** As k8s.io/kubernetes/pkg/registry/core/{service,pod} and apimachinery's proxy say that nothing is there to be asked. */
function isAboutReaching(message: string): boolean {
  return /^(error trying to reach service:|no endpoints available for service|no service port|(services|pods|namespaces) ".*" not found$)/.test(
    message,
  );
}

/** @returns the value of a JSON text, or undefined where it is none or is nested too deeply */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isShallow(value, deepestJson) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

function brokenOff(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  if (cause?.code === 'UND_ERR_HEADERS_OVERFLOW') return 'its headers are too large';
  return 'the answer broke off';
}

function versionOf({ metadata: { uid, resourceVersion } }: KubeObject): string {
  return `${uid}@${resourceVersion}`;
}
