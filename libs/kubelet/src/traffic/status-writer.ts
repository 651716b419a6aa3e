import { KubeConflictError, KubeNotFoundError, type KubeClient, type KubeObject } from '@kubedan/kube';
import { covers } from '../covers.js';

/** Writes statuses, each once until somebody changes the object. */
export class StatusWriter {
  /** What was written last, by uid, until the watch shows it. */
  readonly #sent = new Map<string, string>();

  constructor(
    private readonly client: KubeClient,
    private readonly report: (error: unknown) => void,
  ) {}

  /** @param wanted the status, in all its fields */
  write(object: KubeObject & { status?: unknown }, wanted: object): void {
    const { uid = '', name, namespace } = object.metadata;
    if (covers(object.status, wanted)) {
      this.#sent.delete(uid);
      return;
    }
    const text = JSON.stringify(wanted);
    if (this.#sent.get(uid) === text) return;
    this.#sent.set(uid, text);
    const ref = { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace ? { namespace } : {}) };
    const patch = { metadata: { uid }, status: wanted };
    this.client.patch(ref, patch, { type: 'merge', subresource: 'status' }).catch((error: unknown) => {
      this.#sent.delete(uid);
      // Gone, or another of the same name: its own events tell.
      if (error instanceof KubeNotFoundError || error instanceof KubeConflictError) return;
      this.report(error);
    });
  }

  forget(uid: string): void {
    this.#sent.delete(uid);
  }
}
