import type { Reachable } from './answering-pod.js';
import { rpcFailure } from './exec-failure.js';
import type { Need } from './lookups.js';
import { httpAnswer, listener, pathOf, portOf, refusedAt } from './pod-ports.js';
import type { Container } from './pod-types.js';
import type { Ran } from './shell/run-now.js';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';
export type Probe = NonNullable<Container['livenessProbe']>;

/** What one probing at a time says. `failure` is the kubelet's output. */
export type ProbeResult =
  | { ok: true }
  | { ok: false; failure: string }
  /** It could not be asked: told, but not counted. */
  | { errored: string }
  /** Ask again when this is known. */
  | { needs: Need[] };

export interface ProbeState {
  /** When it is due next. */
  nextAt: number;
  /** The current verdict; undefined until the first threshold is reached. */
  verdict: boolean | undefined;
  /** How many results of the same kind came in a row, and which. */
  streak: number;
  last: boolean | undefined;
}

export const periodOf = (probe: Probe) => Math.max(1, probe.periodSeconds ?? 10) * 1000;

const limitOf = (probe: Probe) => (probe.timeoutSeconds ?? 1) * 1000;

/** @returns the state before the first probing of a container that started at that time */
export function freshProbe(probe: Probe, startedAt: number): ProbeState {
  return {
    nextAt: startedAt + (probe.initialDelaySeconds ?? 0) * 1000,
    verdict: undefined,
    streak: 0,
    last: undefined,
  };
}

/** Takes one result in, as the kubelet's prober worker does. @returns whether the verdict changed */
export function takeResult(probe: Probe, state: ProbeState, ok: boolean): boolean {
  state.streak = state.last === ok ? state.streak + 1 : 1;
  state.last = ok;
  const threshold = ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
  if (state.streak < threshold || state.verdict === ok) return false;
  state.verdict = ok;
  return true;
}

/** Asks the pod at one moment. @param runs a command in the container, as an exec probe does */
export function askProbe(
  probe: Probe,
  self: Reachable,
  all: readonly Reachable[],
  pod: { podIP: string; hasProgram: boolean; answersInMs: number },
  now: number,
  runs: (command: readonly string[], limitMs: number) => Ran,
): ProbeResult {
  const http = probe.httpGet;
  const tcp = probe.tcpSocket;
  const grpc = probe.grpc;
  if (http) {
    const target = {
      host: http.host || pod.podIP,
      port: portOf(http.port, self.container),
      path: http.path,
      scheme: http.scheme,
    };
    const { status, failure } = httpAnswer(all, target, now);
    if (failure) return { ok: false, failure };
    if (pod.answersInMs > limitOf(probe)) {
      const url = `${(http.scheme ?? 'HTTP').toLowerCase()}://${target.host}:${target.port}${pathOf(http.path)}`;
      return {
        ok: false,
        failure: `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      };
    }
    return status < 400 ? { ok: true } : { ok: false, failure: `HTTP probe failed with statuscode: ${status}` };
  }
  if (tcp || grpc) {
    const port = portOf(tcp?.port ?? grpc?.port ?? 0, self.container);
    const target = `${tcp?.host || pod.podIP}:${port}`;
    if (listener(all, port, now)) {
      // A port takes a connection however busy the program behind it is; an answer by gRPC is work.
      const tooLate = grpc && pod.answersInMs > limitOf(probe);
      return tooLate
        ? { ok: false, failure: `timeout: health rpc did not complete within ${limitOf(probe) / 1000}s` }
        : { ok: true };
    }
    return { ok: false, failure: grpc ? `error: this application is not listening on ${target}` : refusedAt(target) };
  }
  return commandAnswer(probe, self, pod.hasProgram, now, runs);
}

function commandAnswer(
  probe: Probe,
  self: Reachable,
  hasProgram: boolean,
  now: number,
  runs: (command: readonly string[], limitMs: number) => Ran,
): ProbeResult {
  const command = probe.exec?.command ?? [];
  const limitMs = limitOf(probe);
  const ran = runs(command, limitMs);
  switch (ran.kind) {
    case 'ended':
      return ran.code === 0 ? { ok: true } : { ok: false, failure: ran.stdout + ran.stderr };
    case 'timed-out':
      return {
        ok: false,
        failure: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${limitMs / 1000}s`,
      };
    case 'waiting':
      return { needs: ran.needs };
    case 'missing': {
      if (!hasProgram) return { errored: rpcFailure(ran.program) };
      // A program that only the image knows tells how the image's own is.
      const { plan, startedAt } = self;
      const unwell = plan.unhealthyFrom !== undefined && now - startedAt >= plan.unhealthyFrom;
      return unwell || now - startedAt < plan.servesFrom ? { ok: false, failure: '' } : { ok: true };
    }
  }
}

/**
 * @returns whether more probing can change anything before something else happens: the verdict is what the plan will keep
 * answering until the time returned (Infinity: for ever)
 */
export function steadyUntil(all: readonly Reachable[], now: number): number {
  let until = Infinity;
  for (const { plan, startedAt } of all) {
    for (const change of [plan.servesFrom, plan.unhealthyFrom]) {
      if (change !== undefined && startedAt + change > now) until = Math.min(until, startedAt + change);
    }
  }
  return until;
}
