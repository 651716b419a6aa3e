import type { CheckVerdict, ClusterPicture } from '@kubedan/contracts';
import type { RunningCluster } from '@kubedan/clusters';
import { type GivenSnapshot, Grader, type GraderState, type WorkspaceReader } from '@kubedan/grading';
import { KubeClient } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import type { LiveSession } from '../sessions/live-sessions.js';
import { ClusterPictures } from './cluster-pictures.js';
import { WorldFeed } from './world-feed.js';
import { VerdictWriter, type VerdictWriterOptions } from './verdict-writer.js';

/** ms */
const lastWrite = 2000;

export interface RunningSessionOptions extends Omit<VerdictWriterOptions, 'write'> {
  id: string;
  round: number;
  cluster: RunningCluster;
  bound: BoundLab;
  given: GivenSnapshot;
  answers: Record<string, string[]>;
  state: GraderState | undefined;
  /** Verdicts that are written already. */
  verdicts: CheckVerdict[];
  files: WorkspaceReader;
  /** Writes verdicts and what the grader must remember. @returns false when the session no longer takes verdicts */
  write: (verdicts: CheckVerdict[], state: GraderState, isSure: boolean) => Promise<boolean>;
  /** All checks pass together, and a direct read said so too. */
  onDone: () => void;
}

/** A cluster that is graded. */
export class RunningSession implements LiveSession {
  readonly id: string;
  readonly round: number;
  readonly cluster: RunningCluster;
  readonly namespace: string | undefined;
  readonly #client: KubeClient;
  readonly #grader: Grader;
  readonly #writer: VerdictWriter;
  readonly #pictures: ClusterPictures;
  readonly world: WorldFeed | undefined;

  constructor(options: RunningSessionOptions) {
    this.id = options.id;
    this.round = options.round;
    this.cluster = options.cluster;
    this.namespace = options.bound.document.spec.namespace;
    this.#client = new KubeClient(options.cluster.credentials.grader, { userAgent: 'kubedan-grader' });
    this.#writer = new VerdictWriter({
      write: (verdicts, isSure) => options.write(verdicts, this.#grader.state(), isSure),
      isPassing: options.isPassing,
      onError: options.onError,
    });
    this.#grader = new Grader({
      client: this.#client,
      bound: options.bound,
      given: options.given,
      files: options.files,
      audit: options.cluster.audit,
      world: options.cluster.world,
      answers: options.answers,
      verdicts: options.verdicts,
      ...(options.state === undefined ? {} : { state: options.state }),
      onVerdict: (verdict) => this.#writer.push(verdict),
      onDone: options.onDone,
    });
    this.#pictures = new ClusterPictures(options.id, this.#client);
    const { world, audit } = options.cluster;
    this.world = world && new WorldFeed(options.id, world, audit);
  }

  start(): void {
    this.#grader.start();
  }

  answer(checkId: string, options: string[]): void {
    this.#grader.answer(checkId, options);
  }

  fileChanged(path: string): void {
    this.#grader.fileChanged(path);
  }

  async recheck(): Promise<CheckVerdict[]> {
    const verdicts = await this.#grader.recheck();
    // A cluster that does not answer now is not held against what was seen before.
    for (const verdict of verdicts) if (verdict.state !== 'error') this.#writer.push(verdict);
    await this.#writer.flush();
    return verdicts;
  }

  watchPicture(watcher: (picture: ClusterPicture) => void): () => void {
    return this.#pictures.watch(watcher);
  }

  /** All verdicts as they are now. */
  verdicts(): CheckVerdict[] {
    return this.#grader.verdicts();
  }

  state(): GraderState {
    return this.#grader.state();
  }

  /** Ends grading. What was seen is written first; what the database does not take within 2 s is given up. */
  async stop(): Promise<void> {
    this.#pictures.close();
    await this.world?.close();
    await this.#grader.stop();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, lastWrite)));
    await Promise.race([this.#writer.flush(), late]).finally(() => clearTimeout(timer));
    this.#writer.close();
    await this.#client[Symbol.asyncDispose]();
  }
}
