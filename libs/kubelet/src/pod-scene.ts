import type { AnsweringPod, Counted, Reachable } from './answering-pod.js';
import { freshPlays, recordOfRun, type ContainerPlay } from './container-play.js';
import type { Addresses } from './environment.js';
import type { Lookup, Need } from './lookups.js';
import type { PodIdentity, VolumeFiles } from './mounts.js';
import type { Plan } from './plan.js';
import { podToken } from './pod-token.js';
import { restartPolicyOf, restarts, type Container, type Pod } from './pod-types.js';
import type { PodWorld } from './pod-world.js';

export interface MachineEvent {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Of which container; absent for events of the pod. */
  fieldPath?: string;
}

/** What one run of a container wrote, and when it began and ended. */
export interface RunLog {
  startedAt: number;
  endedAt?: number;
  plan: Plan;
}

/** What one turn of a pod's machine brought. */
export interface Advance {
  events: MachineEvent[];
  /** What was unknown; advance again when it is known. */
  needs: Need[];
  /** When something will happen by itself; Infinity when nothing will. */
  wakeAt: number;
}

/** What is remembered of one pod that is played, and what its present turn has brought so far. */
export class PodScene implements AnsweringPod {
  readonly plays: ContainerPlay[];
  /** The sandbox exists: the pod has an address and its containers may start. */
  podIP = '';
  /** Set when the pod will run nothing any more, whatever its containers ended with. */
  outcome: { reason: string; message: string } | undefined;
  /** Somebody wrote that it is at its end: it never runs again. */
  over = false;
  /** Logs of runs that ended, by the container's id. */
  readonly logs = new Map<string, RunLog>();
  /** Content of its volumes as it was when they were last all there. */
  volumes: VolumeFiles | undefined;
  /** Files that containers wrote into volumes that keep them, by the volume's name: the next one finds them. */
  readonly kept = new Map<string, Map<string, string>>();
  terminating: { since: number; graceMs: number } | undefined;
  #turn: Advance = { events: [], needs: [], wakeAt: Infinity };

  /** @param now milliseconds since 1970, of the present turn */
  constructor(
    public pod: Pod,
    readonly world: PodWorld,
    public now: number,
  ) {
    this.plays = freshPlays(pod);
  }

  /** Begins a turn; the object returned fills while it lasts. */
  beginTurn(now: number): Advance {
    this.now = now;
    this.#turn = { events: [], needs: [], wakeAt: Infinity };
    return this.#turn;
  }

  event(type: MachineEvent['type'], reason: string, message: string, container?: Container): void {
    this.#turn.events.push({ type, reason, message, ...(container ? { fieldPath: this.#fieldPath(container) } : {}) });
  }

  wake(at: number): void {
    if (at < this.#turn.wakeAt) this.#turn.wakeAt = at;
  }

  need(needs: readonly Need[]): void {
    this.#turn.needs.push(...needs);
  }

  /** Nothing of it runs and nothing will. */
  get terminal(): boolean {
    if (this.plays.some((play) => play.run)) return false;
    return this.over || this.terminating !== undefined || this.outcome !== undefined || this.finishedByItself();
  }

  endedForGood({ state, spec, changed }: ContainerPlay): boolean {
    return state.kind === 'terminated' && !changed && !restarts(restartPolicyOf(this.pod, spec), state.exitCode);
  }

  /** All that it was to run has run: an init container failed, or the main containers ended. */
  finishedByItself(): boolean {
    const failedInit = (play: ContainerPlay) =>
      play.role === 'init' && play.state.kind === 'terminated' && play.state.exitCode !== 0 && this.endedForGood(play);
    if (this.plays.some(failedInit)) return true;
    return this.plays.filter((play) => play.role === 'main').every((play) => this.endedForGood(play));
  }

  get addresses(): Addresses {
    return { podIP: this.podIP, hostIP: this.world.hostIP };
  }

  /** Who it is to the API server. */
  get identity(): PodIdentity {
    const { seed, rootCA } = this.world;
    return { rootCA, token: (audience, lifetime) => podToken(this.pod, seed, this.now, audience, lifetime) };
  }

  /** Milliseconds that its containers have to end in. */
  get graceMs(): number {
    return (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  readonly lookUp = (need: Need): Lookup => {
    const found = this.world.lookUp(need);
    if (found.state === 'unknown') this.#turn.needs.push(need);
    return found;
  };

  /** Takes what is missing for empty. */
  readonly lookUpForgiving = (need: Need): Lookup => {
    const found = this.lookUp(need);
    return found.state === 'absent' ? { state: 'present', data: {} } : found;
  };

  /** The runs whose plans are known: what answers on the pod's address. */
  reachable(): Reachable[] {
    return this.plays.flatMap(({ run, spec }) =>
      run?.plan ? [{ container: spec, startedAt: run.startedAt, plan: run.plan }] : [],
    );
  }

  counted(container: string): Counted | undefined {
    return this.world.counted(this.pod.metadata.uid ?? '', container);
  }

  /** A container cannot go on: what hinders it is its state and an event, and is tried again after that time. */
  wait(play: ContainerPlay, why: { reason: string; message: string; error: string; retryMs: number }): void {
    if (play.state.kind === 'terminated') play.last = recordOfRun(play.state);
    play.state = { kind: 'waiting', reason: why.reason, message: why.message };
    this.event('Warning', 'Failed', `Error: ${why.error}`, play.spec);
    play.retryAt = this.now + why.retryMs;
    this.wake(play.retryAt);
  }

  #fieldPath(container: Container): string {
    const isInit = this.pod.spec.initContainers?.some((one) => one.name === container.name);
    return `spec.${isInit ? 'initContainers' : 'containers'}{${container.name}}`;
  }
}
