import type { KubeObject } from '@kubedan/kube';
import type { View } from './view.js';

/** What is waited for. `what` completes the sentence "waited for …" of a failure. */
export interface Condition {
  what: string;
  holds: (view: View) => boolean;
}

/** What a step may do to a cluster; everything else is the cluster's own doing. */
export interface Actor {
  create(object: KubeObject): Promise<void>;
  /** A merge patch of an object of the case's namespace, or of a cluster-wide one. */
  patch(kind: { apiVersion: string; kind: string }, name: string, patch: unknown): Promise<void>;
  deletePod(name: string, graceSeconds?: number): Promise<void>;
  /** @returns the API server's refusal of the eviction, or undefined when it was granted */
  evict(pod: string): Promise<string | undefined>;
  /** The name of the node that is kept for the cases that spoil one. */
  readonly spareNode: string;
  loseNode(): Promise<void>;
  restoreNode(): Promise<void>;
}

export interface Step {
  when: Condition;
  act: (actor: Actor) => Promise<void>;
}

/** A field that is not compared in this case, by its path in an observation, and why. */
export interface Ignored {
  path: RegExp;
  because: string;
}

/**
 * One case: the same manifests in both clusters, each in a namespace of its own; when both show what is waited for, what a
 * user sees there is compared.
 */
export interface FidelityCase {
  /** Kebab-case, at most 40 letters: names the namespace too. */
  name: string;
  manifests: (names: Names) => KubeObject[];
  steps?: Step[];
  until: Condition;
  /** Kinds whose objects are compared besides Pods. */
  compares?: readonly ComparedKind[];
  /** Reasons of Events that have to be there before the comparison. */
  events?: readonly string[];
  /** Containers whose logs are compared: `pod/container`, with ` previous` for the run before. */
  logs?: readonly string[];
  /** Commands run in a container by `kubectl exec`, whose output and code are compared. */
  exec?: readonly { pod: string; container?: string; command: readonly string[] }[];
  ignores?: readonly Ignored[];
  /** What mends the nodes that this one leaves broken: played before this one is played again. */
  undoneBy?: FidelityCase;
}

export interface Names {
  readonly namespace: string;
  readonly spareNode: string;
  readonly workerNode: string;
}

export const comparedKinds = {
  Deployment: { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  ReplicaSet: { apiVersion: 'apps/v1', kind: 'ReplicaSet', plural: 'replicasets' },
  StatefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' },
  DaemonSet: { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets' },
  Job: { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' },
  PersistentVolumeClaim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' },
  PodDisruptionBudget: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
  Node: { apiVersion: 'v1', kind: 'Node', plural: 'nodes' },
} as const;
export type ComparedKind = keyof typeof comparedKinds;
