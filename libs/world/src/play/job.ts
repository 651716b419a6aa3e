import type { Sleeper } from '../core/timers.js';
import { BROKEN_CIRCUIT, FAILED, OK, REFUSED, type OutcomeCode } from '../measure/series.js';
import type { OpenTrace } from '../measure/trace-log.js';
import type { CallPlan } from '../plan.js';
import type { GpuUser } from './batcher.js';
import type { Breaker } from './breaker.js';
import type { Callee, ContainerRun, Job, Jobs } from './container-run.js';
import { ownOutcome } from './container-run.js';
import type { Thread } from './cpu.js';
import type { Dependency } from './dependency.js';
import type { Caller, Request } from './roles.js';
import type { Rpcs } from './rpc.js';
import type { Message } from './work-queue.js';

/** resolv.conf's default timeout. */
const resolveMs = 5000;

type Step = 'idle' | 'resolve' | 'ask' | 'ask-behind' | 'send' | 'pause';

/**
 * A request on its way through a container: CPU time, call, CPU time, call, …, the GPU, the answer. It keeps its thread all the
 * time, also while it waits for others.
 */
class RequestJob implements Job, Thread, GpuUser, Sleeper, Caller {
  previous: Job | undefined;
  next: Job | undefined;
  arrivedMs = 0;
  message: Message | undefined;
  #run!: ContainerRun;
  #caller: Caller | undefined;
  #callerToken = 0;
  #trace: OpenTrace | undefined;
  #span = 0;
  #waitSpan = 0;
  /** Another one with every wait: what comes for an earlier one is too late. */
  #token = 0;
  /** CPU time before each call and after the last. */
  #partMs = 0;
  #stage = 0;
  #tries = 0;
  #step: Step = 'idle';
  #askedMs = 0;
  #deadlineMs = 0;
  #answerMs = 0;
  #callSpan = 0;
  #askSpan = 0;
  #admittedBy: Breaker | undefined;

  constructor(
    private readonly pool: RequestJob[],
    private readonly rpcs: Rpcs,
  ) {}

  enter(run: ContainerRun, nowMs: number, request: Request, message: Message | undefined): void {
    this.#run = run;
    this.arrivedMs = nowMs;
    this.message = message;
    this.#caller = request.caller;
    this.#callerToken = request.token;
    this.#trace = request.trace;
    if (!this.#trace) return;
    const { place } = run.options;
    this.#span = this.#trace.begin(request.span, place.pod, 'serve', nowMs, place);
    this.#waitSpan = this.#trace.begin(this.#span, place.pod, 'wait for a thread', message?.putMs ?? nowMs, place);
  }

  start(nowMs: number): void {
    this.#trace?.end(this.#waitSpan, nowMs, OK);
    const { plan, effects, random } = this.#run.options;
    this.#stage = 0;
    this.#tries = 0;
    if (effects.down) {
      this.#run.hang(this);
      return;
    }
    const cpuMs = plan.cpuMs === 0 ? 0 : random.varied(plan.cpuMs * effects.slower, plan.variation);
    this.#partMs = cpuMs / (plan.calls.length + 1);
    this.#work(nowMs);
  }

  abort(nowMs: number): void {
    this.#token = (this.#token + 1) | 0;
    this.#admittedBy?.gaveUp();
    this.#admittedBy = undefined;
    const { message } = this;
    if (message) this.#trace?.end(this.#span, nowMs, REFUSED);
    this.#leave(nowMs, REFUSED, message === undefined);
  }

  /** The CPU time up to the next call that is made, then that call. */
  #work(nowMs: number): void {
    const { calls } = this.#run.plan;
    const { random } = this.#run.options;
    let cpuMs = this.#partMs;
    while (this.#stage < calls.length) {
      const { share } = calls[this.#stage] as CallPlan;
      if (share >= 1 || random.next() < share) break;
      this.#stage += 1;
      cpuMs += this.#partMs;
    }
    if (cpuMs > 0) this.#run.cpu.run(nowMs, this, cpuMs);
    else this.cpuDone(nowMs);
  }

  cpuDone(nowMs: number): void {
    const { plan, batcher } = this.#run;
    if (this.#stage < plan.calls.length) this.#tryCall(nowMs);
    else if (!plan.batch) this.#finish(nowMs, ownOutcome(this.#run));
    else if (!batcher) this.#finish(nowMs, FAILED);
    else {
      if (this.#trace) this.#callSpan = this.#trace.begin(this.#span, 'gpu', 'infer', nowMs, this.#run.options.place);
      batcher.add(nowMs, this);
    }
  }

  gpuDone(nowMs: number): void {
    this.#trace?.end(this.#callSpan, nowMs, OK);
    this.#finish(nowMs, ownOutcome(this.#run));
  }

  get #call(): CallPlan {
    return this.#run.plan.calls[this.#stage] as CallPlan;
  }
  get #callee(): Callee {
    return this.#run.options.callees[this.#stage] as Callee;
  }

  #tryCall(nowMs: number): void {
    const { dns } = this.#run.around;
    const { dependency, service } = this.#callee;
    const call = this.#call;
    if (this.#trace) this.#callSpan = this.#trace.begin(this.#span, service?.key ?? call.to, `call ${call.to}`, nowMs);
    const breaker = dependency?.breaker;
    if (breaker && !breaker.admit(nowMs)) {
      dependency.series.add(BROKEN_CIRCUIT, 0);
      // To be kept from a cache is one way of it to fail.
      if (dependency.plan.kind === 'cache' && dependency.behind) this.#askBehind(nowMs, dependency.behind);
      else this.#tryEnded(nowMs, BROKEN_CIRCUIT);
      return;
    }
    this.#admittedBy = breaker;
    this.#deadlineMs = nowMs + call.timeoutMs;
    if (dns && dns !== dependency && this.#run.options.random.next() < dns.plan.asked)
      this.#ask(nowMs, 'resolve', dns, Math.min(resolveMs, call.timeoutMs), `resolve ${call.to}`);
    else this.#contact(nowMs);
  }

  #contact(nowMs: number): void {
    const { dependency, service } = this.#callee;
    const { timeoutMs } = this.#call;
    if (dependency) {
      this.#ask(nowMs, 'ask', dependency, this.#deadlineMs - nowMs, 'answer');
      return;
    }
    if (!service) return;
    this.#step = 'send';
    this.#token = (this.#token + 1) | 0;
    this.rpcs.send(nowMs, service, this, this.#token, timeoutMs, this.#trace, this.#callSpan);
  }

  #ask(nowMs: number, step: Step, whom: Dependency, timeoutMs: number, what: string): void {
    this.#step = step;
    this.#token = (this.#token + 1) | 0;
    this.#askedMs = nowMs;
    if (this.#trace) this.#askSpan = this.#trace.begin(this.#callSpan, whom.plan.name, what, nowMs);
    const answerMs = whom.ask(nowMs);
    if (Number.isNaN(answerMs)) {
      whom.series.add(REFUSED, 0);
      this.#answered(nowMs, REFUSED, whom);
      return;
    }
    this.#answerMs = answerMs;
    this.#run.around.timers.add(Math.min(answerMs, nowMs + timeoutMs), this, this.#token);
  }

  wake(nowMs: number, token: number): void {
    if (token !== this.#token) return;
    if (this.#step === 'pause') {
      this.#tryCall(nowMs);
      return;
    }
    const whom = this.#asked();
    if (whom) this.#answered(nowMs, whom.outcome(nowMs, this.#askedMs, this.#answerMs <= nowMs), whom);
  }

  #asked(): Dependency | undefined {
    switch (this.#step) {
      case 'resolve':
        return this.#run.around.dns;
      case 'ask':
        return this.#callee.dependency;
      case 'ask-behind':
        return this.#callee.dependency?.behind;
      default:
        return undefined;
    }
  }

  #answered(nowMs: number, outcome: OutcomeCode, whom: Dependency): void {
    this.#trace?.end(this.#askSpan, nowMs, outcome);
    if (this.#step === 'resolve') {
      if (outcome === OK) this.#contact(nowMs);
      else this.#tryEnded(nowMs, outcome);
      return;
    }
    if (this.#step === 'ask' && whom.plan.kind === 'cache' && whom.behind && (outcome !== OK || !whom.has())) {
      this.#endTryOnBreaker(nowMs, outcome);
      this.#askBehind(nowMs, whom.behind);
      return;
    }
    if (outcome === OK && whom.queue) {
      const request = { caller: undefined, token: 0, trace: undefined, span: 0 };
      this.#tryEnded(nowMs, whom.queue.add(nowMs, request) ? OK : REFUSED);
    } else this.#tryEnded(nowMs, outcome);
  }

  #askBehind(nowMs: number, behind: Dependency): void {
    const { breaker } = behind;
    if (breaker && !breaker.admit(nowMs)) {
      behind.series.add(BROKEN_CIRCUIT, 0);
      this.#tryEnded(nowMs, BROKEN_CIRCUIT);
      return;
    }
    this.#admittedBy = breaker;
    this.#ask(nowMs, 'ask-behind', behind, this.#call.timeoutMs, 'answer');
  }

  /** A Service has answered. */
  answered(nowMs: number, token: number, outcome: OutcomeCode): void {
    if (token === this.#token) this.#tryEnded(nowMs, outcome);
  }

  #endTryOnBreaker(nowMs: number, outcome: OutcomeCode): void {
    this.#admittedBy?.answered(nowMs, outcome === OK);
    this.#admittedBy = undefined;
  }

  #tryEnded(nowMs: number, outcome: OutcomeCode): void {
    this.#token = (this.#token + 1) | 0;
    this.#endTryOnBreaker(nowMs, outcome);
    this.#trace?.end(this.#callSpan, nowMs, outcome);
    const { retries, backoffMs, optional } = this.#call;
    if (outcome !== OK && this.#tries < retries) {
      this.#step = 'pause';
      this.#run.around.timers.add(nowMs + backoffMs * 2 ** this.#tries, this, this.#token);
      this.#tries += 1;
      return;
    }
    this.#tries = 0;
    if (outcome !== OK && !optional) {
      this.#finish(nowMs, FAILED);
      return;
    }
    this.#stage += 1;
    this.#work(nowMs);
  }

  #finish(nowMs: number, outcome: OutcomeCode): void {
    this.#trace?.end(this.#span, nowMs, outcome);
    this.#run.left(nowMs, this, outcome);
    this.#leave(nowMs, outcome, true);
  }

  #leave(nowMs: number, outcome: OutcomeCode, tells: boolean): void {
    const caller = this.#caller;
    const token = this.#callerToken;
    this.#token = (this.#token + 1) | 0;
    this.#caller = undefined;
    this.#trace = undefined;
    this.message = undefined;
    this.#step = 'idle';
    this.pool.push(this);
    if (tells) caller?.answered(nowMs, token, outcome);
  }
}

/** Jobs that are used again and again. */
export class JobPool implements Jobs {
  readonly #pool: RequestJob[] = [];

  constructor(private readonly rpcs: Rpcs) {}

  make(run: ContainerRun, nowMs: number, request: Request, message: Message | undefined): Job {
    const job = this.#pool.pop() ?? new RequestJob(this.#pool, this.rpcs);
    job.enter(run, nowMs, request, message);
    return job;
  }
}
