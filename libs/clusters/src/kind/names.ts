import { createHash } from 'node:crypto';
import type { KubeObject } from '@kubedan/kube';
import type { ClusterId } from '../provider.js';

/** Namespaces of the cluster's own parts: exempt from Pod Security, closed to whoever is not one of these parts. */
export const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'];

/** @returns whether an object is in a namespace of the cluster's own parts */
export const isOfCluster = ({ metadata }: KubeObject): boolean => systemNamespaces.includes(metadata.namespace ?? '');

/** What our clusters' names and networks begin with, for one installation on a Docker that several may share. */
export class Installation {
  readonly prefix: string;

  /** @param dir the folder that an installation has for itself, absolute */
  constructor(dir: string) {
    // A node's host name is <prefix><id>-control-plane and has at most 63 characters, so six of the digest must do.
    this.prefix = `k${createHash('sha256').update(dir).digest('hex').slice(0, 6)}-`;
  }

  /** @returns kind's name of a cluster; its network has the same */
  nameOf(id: ClusterId): string {
    return `${this.prefix}${id}`;
  }

  /** @returns undefined for a cluster that is not ours */
  idOf(name: string): ClusterId | undefined {
    return name.startsWith(this.prefix) ? name.slice(this.prefix.length) : undefined;
  }
}

/** @returns the name of a cluster's container that runs its API server; it is the node node-1 as well */
export const controlPlaneOf = (name: string): string => `${name}-control-plane`;
