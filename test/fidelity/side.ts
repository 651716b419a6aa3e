import type { KubeClient } from '@kubedan/kube';

/** One of the two clusters that are compared. */
export interface Side extends AsyncDisposable {
  readonly name: 'embedded' | 'kind';
  readonly client: KubeClient;
  /** Runs kubectl with the rights of an administrator. Output and exit code, whatever it is. */
  kubectl(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The node stops answering, as when its machine loses power. */
  loseNode(name: string): Promise<void>;
  restoreNode(name: string): Promise<void>;
}

/** Both clusters have nodes of these names, so that messages that name them are the same. */
export const clusterName = 'kd-fidelity';
export const controlPlaneNode = `${clusterName}-control-plane`;
export const workerNode = `${clusterName}-worker`;
/** Kept by a taint for the cases that spoil their node. */
export const spareNode = `${clusterName}-worker2`;
export const spareTaint = { key: 'fidelity.example/kept-for', value: 'spoiling', effect: 'NoSchedule' as const };
/** A resource that nothing else asks for: cases can use it up without touching another. */
export const slotResource = 'fidelity.example/slot';
