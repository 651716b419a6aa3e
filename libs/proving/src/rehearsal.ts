import type { ClusterProvider, RunningCluster } from '@kubedan/clusters';
import { isMeasured, millisecondsOf, windowOf, type CheckVerdict, type MeasuredCheck } from '@kubedan/contracts';
import { Grader } from '@kubedan/grading';
import { KubeClient } from '@kubedan/kube';
import { prepareLab, runLabScript } from '@kubedan/lab-setup';
import type { BoundLab } from '@kubedan/labs';
import { Workspace, WorkspaceFileNotFoundError, type SandboxHost } from '@kubedan/shell';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Recording } from './mutation/recording.js';
import { untilQuiet } from './quiet.js';

/** ms: from the end of a script, how long checks may take to say what they say. */
const settleLimit = 60_000;
/** ms without any change of the cluster after which nothing more is expected of it. */
const calm = 1_500;

/** ms: how much longer a check that measures needs to say what it says. */
function patienceFor(check: MeasuredCheck): number {
  return millisecondsOf(windowOf(check)) + millisecondsOf(check.holds ?? '0s');
}

export interface Stage {
  provider: ClusterProvider;
  sandboxes: SandboxHost;
  /** A folder of our own for workspaces and scripts. */
  dir: string;
  signal: AbortSignal;
  /** Hears what was looked at during each proof of a solution or wrong answer that holds. */
  onRecording?: (recording: Recording) => void;
}

/** One lab at its starting state, in a fresh cluster, with a grader that watches: a session without a learner. */
export class Rehearsal implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #bound: BoundLab;
  readonly #cluster: RunningCluster;
  readonly #client: KubeClient;
  readonly #workspace: Workspace;
  #grader!: Grader;
  readonly #done = Promise.withResolvers<'done' | 'broken'>();

  private constructor(stage: Stage, bound: BoundLab, cluster: RunningCluster) {
    this.#stage = stage;
    this.#bound = bound;
    this.#cluster = cluster;
    this.#client = new KubeClient(cluster.credentials.grader, { userAgent: 'kubedan-prove' });
    this.#workspace = new Workspace(path.join(stage.dir, 'w', cluster.id));
  }

  /** @throws SetUpFailedError, ClusterFailedError; then nothing is left */
  static async open(stage: Stage, bound: BoundLab, recording: Recording): Promise<Rehearsal> {
    const { needs, images, world } = bound.document.spec;
    const id = `prove-${randomUUID().slice(0, 8)}`;
    const cluster = await stage.provider.create(
      { id, nodes: needs.nodes, images, seed: bound.seed, ...(world ? { world } : {}) },
      stage.signal,
    );
    const rehearsal = new Rehearsal(stage, bound, cluster);
    try {
      await rehearsal.#begin(recording);
      return rehearsal;
    } catch (error) {
      await rehearsal[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #begin(recording: Recording): Promise<void> {
    await this.#workspace.create();
    for (const [file, text] of this.#bound.workspace) await this.#workspace.write(file, text);
    const given = await prepareLab({
      cluster: this.#cluster,
      bound: this.#bound,
      host: () => this.#stage.sandboxes,
      scratch: this.#scratch,
      readyWithin: settleLimit,
      signal: this.#stage.signal,
    });
    this.#grader = new Grader({
      client: this.#client,
      bound: this.#bound,
      given,
      files: { read: (file) => this.#read(file) },
      audit: this.#cluster.audit,
      world: this.#cluster.world,
      onVerdict: (verdict) => this.#heard(verdict),
      onLook: (look) => recording.add(look),
      onDone: () => this.#done.resolve('done'),
    });
    this.#grader.start();
    this.#cluster.world?.begin();
  }

  /**
   * Waits until the cluster rests and reads every check directly.
   * @param about checks that it is about: what they measure is all of a time after the call. Default: all
   */
  async settled(about?: readonly string[]): Promise<CheckVerdict[]> {
    const measured = this.#measured.filter(({ id }) => about?.includes(id) ?? true);
    const window = Math.max(0, ...measured.map((check) => millisecondsOf(windowOf(check))));
    await Promise.all([untilQuiet(this.#client, calm, settleLimit), this.#played(window)]);
    return this.#grader.recheck();
  }

  /** Waits until all checks pass together. @returns undefined then, or the verdicts as they are when they did not in time or no longer can */
  async untilDone(): Promise<CheckVerdict[] | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const limit = settleLimit + Math.max(0, ...this.#measured.map(patienceFor));
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), limit)));
    const outcome = await Promise.race([this.#done.promise, late]);
    clearTimeout(timer);
    this.#stage.signal.throwIfAborted();
    return outcome === 'done' ? undefined : this.#grader.verdicts();
  }

  /** Runs one of the lab's scripts as the learner. @throws LabScriptError */
  async run(file: string): Promise<void> {
    await runLabScript(this.#bound, file, {
      host: this.#stage.sandboxes,
      scratch: this.#scratch,
      workspace: this.#workspace.root,
      apiSocketPath: this.#cluster.apiSocketPath,
      credentials: this.#cluster.credentials.learner,
      signal: this.#stage.signal,
    });
    for (const { check } of this.#bound.checks) if ('file' in check) this.#grader.fileChanged(check.file.path);
  }

  /** Answers a question; no options take the answer back. @returns its verdict */
  answer(checkId: string, options: readonly string[]): CheckVerdict {
    return this.#grader.answer(checkId, options);
  }

  /** A broken rule stays broken: there is nothing more to wait for. */
  #heard({ checkId, state }: CheckVerdict): void {
    const { check } = this.#bound.checks.find((one) => one.check.id === checkId) ?? {};
    if (state === 'fail' && check !== undefined && 'always' in check && check.always) this.#done.resolve('broken');
  }

  get #measured(): MeasuredCheck[] {
    return this.#bound.checks.flatMap(({ check }) => (isMeasured(check) ? [check] : []));
  }

  /** Waits until the world has been played on for so many milliseconds and to the end of that second. */
  async #played(milliseconds: number): Promise<void> {
    const { world } = this.#cluster;
    if (!world || milliseconds === 0) return;
    const until = Math.ceil((world.nowMs + milliseconds) / 1_000) * 1_000;
    while (world.nowMs < until) await pause(until - world.nowMs + 20, undefined, { signal: this.#stage.signal });
  }

  get #scratch(): string {
    return path.join(this.#stage.dir, 's');
  }

  async #read(file: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#workspace.read(file);
    } catch (error) {
      if (error instanceof WorkspaceFileNotFoundError) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A rehearsal whose set-up failed has no grader yet.
    await (this.#grader as Grader | undefined)?.stop();
    await this.#client[Symbol.asyncDispose]();
    await this.#stage.provider.destroy(this.#cluster.id);
  }
}
