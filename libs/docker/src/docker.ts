import { DockerCli, type DockerOptions } from './docker-cli.js';
import { type ContainerEvent, events, type EventsOptions } from './events.js';
import { exec, type ExecOptions, type ExecResult } from './exec.js';
import { imageId, listImages, loadArchive, type LongCallOptions, pullImage } from './images.js';
import { type DockerInfo, info, type InfoOptions } from './info.js';
import { type Container, inspect } from './inspect.js';
import { remove, start, stop, type StopOptions } from './lifecycle.js';
import { listContainers, type ListContainersOptions } from './list-containers.js';
import { logs } from './logs.js';
import {
  createNetwork,
  fixAddress,
  listNetworks,
  type Network,
  type NetworkRequest,
  removeNetwork,
} from './networks.js';
import { type DockerProbe, probe } from './probe.js';
import { type ContainerLimits, update } from './update.js';

/**
 * The docker command. Every call may throw DockerMissingError, DockerNotRunningError, DockerDeniedError, DockerTimeoutError,
 * DockerDiskFullError, DockerFailedError, or the reason of the signal it was given; further ones are named at each verb's own
 * file, with what it does.
 */
export class Docker {
  readonly #cli: DockerCli;

  constructor(options: DockerOptions = {}) {
    this.#cli = new DockerCli(options);
  }

  info(options?: InfoOptions): Promise<DockerInfo> {
    return info(this.#cli, options);
  }

  probe(options?: InfoOptions): Promise<DockerProbe> {
    return probe(this.#cli, options);
  }

  listContainers(options?: ListContainersOptions): Promise<Container[]> {
    return listContainers(this.#cli, options);
  }

  inspect(name: string, signal?: AbortSignal): Promise<Container> {
    return inspect(this.#cli, name, signal);
  }

  start(name: string, signal?: AbortSignal): Promise<void> {
    return start(this.#cli, name, signal);
  }

  stop(name: string, options?: StopOptions): Promise<void> {
    return stop(this.#cli, name, options);
  }

  remove(names: string | readonly string[], signal?: AbortSignal): Promise<void> {
    return remove(this.#cli, names, signal);
  }

  update(name: string, limits: ContainerLimits, signal?: AbortSignal): Promise<void> {
    return update(this.#cli, name, limits, signal);
  }

  exec(name: string, argv: readonly [string, ...string[]], options?: ExecOptions): Promise<ExecResult> {
    return exec(this.#cli, name, argv, options);
  }

  logs(name: string, lines: number, signal?: AbortSignal): Promise<string> {
    return logs(this.#cli, name, lines, signal);
  }

  imageId(reference: string, signal?: AbortSignal): Promise<string | undefined> {
    return imageId(this.#cli, reference, signal);
  }

  async imageExists(reference: string, signal?: AbortSignal): Promise<boolean> {
    return (await imageId(this.#cli, reference, signal)) !== undefined;
  }

  listImages(pattern: string, signal?: AbortSignal): Promise<string[]> {
    return listImages(this.#cli, pattern, signal);
  }

  loadArchive(path: string, options?: LongCallOptions): Promise<string[]> {
    return loadArchive(this.#cli, path, options);
  }

  pullImage(reference: string, options?: LongCallOptions): Promise<void> {
    return pullImage(this.#cli, reference, options);
  }

  createNetwork(request: NetworkRequest, signal?: AbortSignal): Promise<void> {
    return createNetwork(this.#cli, request, signal);
  }

  removeNetwork(name: string, signal?: AbortSignal): Promise<void> {
    return removeNetwork(this.#cli, name, signal);
  }

  listNetworks(options?: Pick<ListContainersOptions, 'labels' | 'signal'>): Promise<Network[]> {
    return listNetworks(this.#cli, options);
  }

  fixAddress(request: { network: string; container: string; address: string }, signal?: AbortSignal): Promise<void> {
    return fixAddress(this.#cli, request, signal);
  }

  events(options?: EventsOptions): AsyncGenerator<ContainerEvent, void, void> {
    return events(this.#cli, options);
  }
}
