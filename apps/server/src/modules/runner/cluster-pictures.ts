import type { ClusterPicture } from '@kubedan/contracts';
import { type KubeClient, Reflector } from '@kubedan/kube';
import { isSystemNamespace, pictureOfNode, pictureOfPod } from './pod-state.js';

/** ms between two pictures at least: ten a second. */
const interval = 100;

/** Watches pods and nodes of one cluster as long as somebody looks at its picture. */
export class ClusterPictures {
  readonly #watchers = new Set<(picture: ClusterPicture) => void>();
  #pods: Reflector | undefined;
  #nodes: Reflector | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDirty = false;
  #last: ClusterPicture | undefined;

  constructor(
    private readonly sessionId: string,
    private readonly client: KubeClient,
  ) {}

  /** @returns a function that ends the watching */
  watch(watcher: (picture: ClusterPicture) => void): () => void {
    this.#watchers.add(watcher);
    if (this.#pods === undefined) this.#start();
    else if (this.#last !== undefined) watcher(this.#last);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#stop();
    };
  }

  close(): void {
    this.#watchers.clear();
    this.#stop();
  }

  #start(): void {
    const handlers = { onEvent: () => this.#changed(), onSnapshot: () => this.#changed() };
    this.#pods = new Reflector(this.client, { apiVersion: 'v1', kind: 'Pod' }, handlers);
    this.#nodes = new Reflector(this.client, { apiVersion: 'v1', kind: 'Node' }, handlers);
    this.#pods.start();
    this.#nodes.start();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
    void this.#pods?.stop();
    void this.#nodes?.stop();
    this.#pods = this.#nodes = undefined;
  }

  /** The first change is shown at once, what follows within the interval together. */
  #changed(): void {
    this.#isDirty = true;
    if (this.#timer === undefined) this.#paint();
  }

  #paint(): void {
    this.#timer = undefined;
    const pods = this.#pods;
    const nodes = this.#nodes;
    if (!this.#isDirty || pods === undefined || nodes === undefined) return;
    this.#isDirty = false;
    this.#last = {
      sessionId: this.sessionId,
      at: new Date().toISOString(),
      nodes: [...nodes.items.values()].map(pictureOfNode).sort((a, b) => (a.name < b.name ? -1 : 1)),
      pods: [...pods.items.values()]
        .filter(({ metadata }) => !isSystemNamespace(metadata.namespace))
        .map(pictureOfPod)
        .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1)),
    };
    for (const watcher of this.#watchers) watcher(this.#last);
    this.#timer = setTimeout(() => this.#paint(), interval);
  }
}
