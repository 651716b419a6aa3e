import {
  KubeAlreadyExistsError,
  KubeNotFoundError,
  Reflector,
  type Clock,
  type KubeClient,
  type KubeObject,
  type ReflectorEvent,
} from '@kubedan/kube';
import { EventRecorder } from './event-recorder.js';

export const PROVISIONER = 'kubedan.dev/volumes';
export const STORAGE_CLASS = 'standard';

interface Claim extends KubeObject {
  spec?: {
    storageClassName?: string;
    volumeName?: string;
    accessModes?: string[];
    volumeMode?: string;
    resources?: { requests?: Record<string, string> };
  };
  status?: { phase?: string };
}
interface Volume extends KubeObject {
  spec?: { persistentVolumeReclaimPolicy?: string };
  status?: { phase?: string };
}

/** The default class of volumes: made when the first pod that wants one was given a node, deleted with its claim. */
const storageClass: KubeObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: STORAGE_CLASS, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** Makes and deletes PersistentVolumes as an external provisioner does; binding is the controller manager's own work. */
export class VolumeProvisioner {
  readonly #claims: Reflector<Claim>;
  readonly #events: EventRecorder;
  readonly #busy = new Set<string>();

  constructor(
    private readonly client: KubeClient,
    clock: Clock,
    random: () => number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#events = new EventRecorder(client, clock, PROVISIONER, onError);
    this.#claims = new Reflector<Claim>(
      client,
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
      {
        onEvent: (event) => this.#changed(event),
        onState: ({ error }) => error && onError(error),
        clock,
        random,
      },
    );
  }

  /** @param isNew the cluster never had these nodes before: it gets the default StorageClass */
  async start(isNew: boolean): Promise<void> {
    if (isNew) {
      try {
        await this.client.create(storageClass);
      } catch (error) {
        if (!(error instanceof KubeAlreadyExistsError)) throw error;
      }
    } else await this.#reclaim();
    this.#claims.start();
    await this.#claims.synced;
  }

  async close(): Promise<void> {
    this.#events.close();
    await this.#claims.stop();
  }

  #changed({ type, object }: ReflectorEvent<Claim>): void {
    const { annotations = {}, uid = '', deletionTimestamp } = object.metadata;
    if (type === 'DELETED') {
      if (object.spec?.volumeName) void this.#delete(object.spec.volumeName).catch(this.onError);
      return;
    }
    const provisioner = annotations['volume.kubernetes.io/storage-provisioner'];
    if (provisioner !== PROVISIONER || object.spec?.volumeName || deletionTimestamp || this.#busy.has(uid)) return;
    // A class that waits for its first consumer is told the node by the scheduler; another one need not wait.
    if (object.spec?.storageClassName === STORAGE_CLASS && !annotations['volume.kubernetes.io/selected-node']) return;
    this.#busy.add(uid);
    void this.#provision(object)
      .catch(this.onError)
      .finally(() => this.#busy.delete(uid));
  }

  async #provision(claim: Claim): Promise<void> {
    const { name, namespace, uid, resourceVersion } = claim.metadata;
    const volume = `pvc-${uid}`;
    const target = {
      kind: 'PersistentVolumeClaim' as const,
      apiVersion: 'v1',
      name,
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
    };
    const text = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
    this.#events.record(target, { type: 'Normal', reason: 'Provisioning', message: text });
    const className = claim.spec?.storageClassName ?? STORAGE_CLASS;
    const known = await this.client.get<KubeObject>({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      name: className,
    });
    try {
      await this.client.create({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: volume, annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER } },
        spec: {
          accessModes: claim.spec?.accessModes ?? ['ReadWriteOnce'],
          capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '1Gi' },
          claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
          // A source that needs no attaching: the volume is wherever its pod is.
          hostPath: { path: `/var/lib/kubedan/volumes/${volume}`, type: 'DirectoryOrCreate' },
          persistentVolumeReclaimPolicy: known?.['reclaimPolicy'] ?? 'Delete',
          storageClassName: className,
          volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
        },
      });
    } catch (error) {
      if (!(error instanceof KubeAlreadyExistsError)) throw error;
    }
    this.#events.record(target, {
      type: 'Normal',
      reason: 'ProvisioningSucceeded',
      message: `Successfully provisioned volume ${volume}`,
    });
  }

  async #delete(name: string): Promise<void> {
    const ref = { apiVersion: 'v1', kind: 'PersistentVolume', name };
    const volume = await this.client.get<Volume>(ref);
    if (volume?.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] !== PROVISIONER) return;
    if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return;
    await this.client.delete(ref, { uid: volume.metadata.uid }).catch((error: unknown) => {
      if (!(error instanceof KubeNotFoundError)) throw error;
    });
  }

  /** Volumes whose claims were deleted while nobody watched. */
  async #reclaim(): Promise<void> {
    const { items } = await this.client.list<Volume>({ apiVersion: 'v1', kind: 'PersistentVolume' });
    for (const volume of items) if (volume.status?.phase === 'Released') await this.#delete(volume.metadata.name);
  }
}
