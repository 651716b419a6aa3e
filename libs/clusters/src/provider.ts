import type {
  Capability,
  ImageCatalogue,
  LocalizedText,
  ProviderName,
  TrafficPicture,
  WorldSpec,
} from '@kubedan/contracts';
import type { AuditSource, KubeCredentials } from '@kubedan/kube';
import type { World } from '@kubedan/world';

export { providerNames, type ProviderName } from '@kubedan/contracts';

/** 1 to 40 lower-case letters, digits and dashes; names folders and sockets, so it is short. */
export type ClusterId = string;

/** Whether a provider can be used on this host; if not: why, and what the user can do. */
export type Availability = { usable: true } | { usable: false; reason: LocalizedText; remedy: LocalizedText };

/** What is known of a cluster before it is anybody's. */
export interface ClusterShape {
  id: ClusterId;
  /** How many nodes it has while it is warm: what warmNodes() says. */
  nodes: number;
}

export interface ClusterSpec {
  id: ClusterId;
  /** How many nodes pods can run on, 1 to 10. */
  nodes: number;
  /** What images there are and how their containers behave; a provider with real containers ignores it. */
  images: ImageCatalogue;
  /** Decides all that the world draws by chance. */
  seed: string;
  /** Traffic and what comes of it, for a provider that has the capability; none when absent. */
  world?: WorldSpec;
}

export type ClusterState = 'running' | 'suspended' | 'broken';

/**
 * The traffic of a cluster and what comes of it. It goes with the cluster: it stands still while that is suspended, and when our
 * own process ends its profiles and its bill go on from where they were, while queues and figures begin anew.
 */
export interface ClusterWorld extends Pick<
  World,
  'figures' | 'traffic' | 'traces' | 'bill' | 'history' | 'queueLength' | 'startTraffic' | 'stopTraffic'
> {
  /** Milliseconds since the hand-over, on the world's clock. */
  readonly nowMs: number;
  /** The hand-over: requests come from now on. Idempotent. */
  begin(): void;
  /** What is to be seen; undefined while the cluster is suspended. @param windowMs how far to look back, at least 1000 */
  picture(windowMs: number): TrafficPicture | undefined;
}

export interface ClusterHandle {
  readonly id: ClusterId;
  readonly provider: ProviderName;
  readonly state: ClusterState;
  /** One user for each job, so that the audit log tells who did what. Absent while the cluster does not run. */
  readonly credentials?: { setup: KubeCredentials; grader: KubeCredentials; learner: KubeCredentials };
  /** A unix socket that leads to the API server, for sandboxes without a network. Absent while it does not run. */
  readonly apiSocketPath?: string;
  /** What the learner asked of the API server. Absent while the cluster does not run. */
  readonly audit?: AuditSource;
  /** Absent for clusters without traffic. */
  readonly world?: ClusterWorld;
}

/** A cluster that runs: all of its fields are there. */
export type RunningCluster = Required<Omit<ClusterHandle, 'world'>> &
  Pick<ClusterHandle, 'world'> & { readonly state: 'running' };

export interface ClusterProvider extends AsyncDisposable {
  readonly name: ProviderName;
  readonly capabilities: readonly Capability[];
  probe(): Promise<Availability>;
  /** How many nodes a warm cluster needs to be claimed for so many: 0 where nodes come with the claim. */
  warmNodes(nodes: number): number;
  /**
   * Makes a cluster that belongs to nobody yet: no images, no seed, nothing of a learner in it.
   * @throws ClusterFailedError with a reason; when the signal aborts, the signal's reason. Either way nothing is left.
   */
  warm(shape: ClusterShape, signal: AbortSignal): Promise<void>;
  /**
   * Binds a warm cluster to its session: images, seed, nodes. It is claimed once.
   * @throws ClusterNotFoundError when it is not there or does not run; as warm() for the rest, and then it is gone too
   */
  claim(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster>;
  /**
   * Makes a cluster what it was before it was claimed; then it can be claimed again. Where a provider cannot, there is no such
   * method. @throws ClusterNotFoundError, and whatever kept it from that: the cluster is then to be destroyed
   */
  release?(id: ClusterId, signal: AbortSignal): Promise<void>;
  /**
   * Asks a cluster itself whether it works now.
   * @param options.nodes so many nodes must be Ready too. Left out once a learner works in it: they may be down on purpose.
   * @returns false when it is provably not well: not there, stopped, refused; never for being slow
   * @throws the signal's reason when it gave no answer until then
   */
  isHealthy(id: ClusterId, signal: AbortSignal, options?: { nodes?: number }): Promise<boolean>;
  /** warm() and claim() in one. @throws as warm() */
  create(spec: ClusterSpec, signal: AbortSignal): Promise<RunningCluster>;
  /** Ends what runs and keeps what was written. Idempotent. @throws ClusterNotFoundError */
  suspend(id: ClusterId): Promise<void>;
  /** Idempotent. @throws ClusterNotFoundError, ClusterFailedError */
  resume(id: ClusterId): Promise<RunningCluster>;
  /** Idempotent: a cluster that is not there is destroyed already. */
  destroy(id: ClusterId): Promise<void>;
  /** What truly exists on this host. */
  list(): Promise<ClusterHandle[]>;
  /** Called when a cluster stopped by itself and could not be brought back. */
  onLost(listener: (id: ClusterId, reason: string) => void): void;
}
