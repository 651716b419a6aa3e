import { buildNodeImage, type BuildNodeImageOptions } from './build-node-image.js';
import { create, type CreateOptions } from './create.js';
import { deleteCluster, type DeleteOptions } from './delete.js';
import { exportLogs, type ExportLogsOptions } from './export-logs.js';
import { KindCli, type KindOptions } from './kind-cli.js';
import { kubeconfig, type KubeconfigOptions } from './kubeconfig.js';
import { listClusters, listNodes } from './list.js';
import { loadArchive, loadImages, type LoadOptions } from './load.js';
import { type KindVersion, version } from './version.js';

/**
 * The kind command. Every call may throw KindMissingError, KindInvalidError, KindTimeoutError, KindFailedError, Docker's errors
 * (DockerMissingError, DockerNotRunningError, DockerDeniedError, DockerDiskFullError) or the reason of the signal it was given;
 * further ones are named at each verb's own file, with what it does.
 */
export class Kind {
  readonly #cli: KindCli;

  constructor(options: KindOptions) {
    this.#cli = new KindCli(options);
  }

  version(): Promise<KindVersion> {
    return version(this.#cli);
  }

  create(options: CreateOptions): Promise<void> {
    return create(this.#cli, options);
  }

  delete(options: DeleteOptions): Promise<void> {
    return deleteCluster(this.#cli, options);
  }

  listClusters(signal?: AbortSignal): Promise<string[]> {
    return listClusters(this.#cli, signal);
  }

  listNodes(name: string, signal?: AbortSignal): Promise<string[]> {
    return listNodes(this.#cli, name, signal);
  }

  kubeconfig(name: string, options?: KubeconfigOptions): Promise<string> {
    return kubeconfig(this.#cli, name, options);
  }

  loadImages(options: LoadOptions & { images: readonly string[] }): Promise<void> {
    return loadImages(this.#cli, options);
  }

  loadArchive(options: LoadOptions & { path: string }): Promise<void> {
    return loadArchive(this.#cli, options);
  }

  exportLogs(options: ExportLogsOptions): Promise<void> {
    return exportLogs(this.#cli, options);
  }

  buildNodeImage(options: BuildNodeImageOptions): Promise<void> {
    return buildNodeImage(this.#cli, options);
  }
}
