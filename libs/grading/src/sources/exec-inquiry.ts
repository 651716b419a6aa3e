import { millisecondsOf, type ExecTarget } from '@kubedan/contracts';
import {
  KubeApiError,
  KubeNotFoundError,
  type ExecResult,
  type KubeClient,
  type KubeObject,
  type ListQuery,
} from '@kubedan/kube';
import { namespaceOf } from '../subject.js';
import { blameOthers, wordsOf } from './blame.js';
import type { Answer, Inquiry } from './inquiry.js';
import { readItems, selectorOf } from './queries.js';

/** Bytes that a check sees of each output. */
const largestOutput = 65_536;

/** One run of a command as checks see it. */
export type ExecRun =
  | ({ ran: true; absent: false; /** The Pod's name. */ pod: string } & ExecResult)
  | {
      ran: false;
      /** True when there is no such Pod. */
      absent: boolean;
      pod?: string;
      why: string;
    };

/** Runs a command in a container, through the API server. @param target bound to a seed */
export function execInquiry(target: ExecTarget, labNamespace: string | undefined): Inquiry {
  const { labels, container, command } = target;
  const namespace = namespaceOf(target.namespace, labNamespace);
  const pods: ListQuery = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace,
    ...(target.pod === undefined ? selectorOf(labels) : { fieldSelector: `metadata.name=${target.pod}` }),
  };
  const run = async (client: KubeClient, signal: AbortSignal): Promise<ExecRun> => {
    // Read, not taken from a watch, which may be a moment behind.
    const pod = chosen(await readItems(client, pods, signal))?.metadata.name;
    if (pod === undefined) return { ran: false, absent: true, why: 'there is no such Pod' };
    const timeout = AbortSignal.timeout(millisecondsOf(target.timeout));
    try {
      const result = await client.exec(
        { namespace, pod, container, command },
        { maxBytes: largestOutput, signal: AbortSignal.any([signal, timeout]) },
      );
      return { ran: true, absent: false, pod, ...result };
    } catch (error) {
      signal.throwIfAborted();
      await blameOthers(client, { apiVersion: 'v1', kind: 'Pod', namespace, name: pod }, signal);
      if (timeout.aborted) return { ran: false, absent: false, pod, why: `it did not end within ${target.timeout}` };
      const why = error instanceof KubeApiError ? wordsOf(error) : 'the connection ended before the command did';
      return { ran: false, absent: error instanceof KubeNotFoundError, pod, why };
    }
  };
  return {
    triggers: [pods],
    reasonOf: ([items = []]) => keyOf(chosen(items), container),
    async ask(client, signal): Promise<Answer> {
      const seen = await run(client, signal);
      return { seen, reached: seen.ran };
    },
  };
}

interface Pod extends KubeObject {
  status?: {
    phase?: string;
    conditions?: { type?: string; status?: string }[];
    containerStatuses?: { name?: string; containerID?: string; ready?: boolean; state?: object }[];
  };
}

/** @returns the newest Pod of those that are furthest: ready, else running, else there at all */
export function chosen(pods: readonly KubeObject[]): KubeObject | undefined {
  const rank = (pod: Pod): number => {
    if (pod.metadata.deletionTimestamp !== undefined || pod.status?.phase !== 'Running') return 0;
    return isReady(pod) ? 2 : 1;
  };
  const age = ({ metadata }: Pod): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return [...(pods as Pod[])].sort((a, b) => rank(b) - rank(a) || (age(a) < age(b) ? 1 : -1))[0];
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** Another Pod, a restart, or readiness that changed: then the same command may say something else. */
function keyOf(pod: Pod | undefined, container: string | undefined): string {
  if (pod === undefined) return '';
  const statuses = pod.status?.containerStatuses ?? [];
  const status = statuses.find(({ name }) => name === container) ?? statuses[0];
  const state = Object.keys(status?.state ?? {}).join();
  return [pod.metadata.uid, pod.status?.phase, isReady(pod), status?.containerID, status?.ready, state].join(' ');
}
