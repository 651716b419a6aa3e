import type { KubeClient, KubeObject } from '@kubedan/kube';
import type { BoundLab } from '@kubedan/labs';
import { compileExpression, FieldMissingError, toCelValue } from '@kubedan/labs';
import { makeRunner } from './runner.js';
import { keyOf, observe, queryOf, readItems } from './sources/queries.js';
import type { GivenSnapshot } from './state.js';
import { nameOfObject, namespaceOf } from './subject.js';
import { systemClock, type Clock, Reflector } from '@kubedan/kube';

/**
 * Reads what the checks that speak of `given` look at; call it after the set-up, just before the learner may begin.
 * @throws KubeApiError, KubeUnreachableError
 */
export async function captureGiven(
  client: KubeClient,
  bound: BoundLab,
  options: { clock?: Clock; signal?: AbortSignal } = {},
): Promise<GivenSnapshot> {
  const takenAt = new Date((options.clock ?? systemClock).now()).toISOString();
  const { namespace } = bound.document.spec;
  const reads = new Map<string, Promise<KubeObject[]>>();
  const entries = bound.checks.map(async ({ task, check }): Promise<[string, unknown] | undefined> => {
    const query = queryOf(check, namespace);
    if (!query || makeRunner(task, check, {}, namespace, takenAt).judge?.dependsOnGiven !== true) return undefined;
    const key = keyOf(query);
    const reading = reads.get(key) ?? readItems(client, query, options.signal);
    reads.set(key, reading);
    return [check.id, observe(check, await reading)];
  });
  const known = (await Promise.all(entries)).filter((entry) => entry !== undefined);
  return { takenAt, checks: Object.fromEntries(known) };
}

/** The starting state of a lab never came; the message names what is missing. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/**
 * Waits, by watching, until all that `spec.ready` says is true at once.
 * @throws NotReadyError when the signal aborts before, naming what was not true
 */
export async function waitReady(options: { client: KubeClient; bound: BoundLab; signal: AbortSignal }): Promise<void> {
  const { client, bound, signal } = options;
  const { ready, namespace } = bound.document.spec;
  const conditions = ready.map(({ object, expect }) => ({
    object: { ...object, namespace: namespaceOf(object.namespace, namespace) },
    expression: compileExpression(expect, 'ready'),
    isTrue: false,
    why: 'it is not there',
  }));
  if (conditions.length === 0) return;
  const session = toCelValue({ seed: bound.seed, startedAt: new Date().toISOString() });
  const done = Promise.withResolvers<void>();
  const reflectors = conditions.map((condition) => {
    const { apiVersion, kind, namespace: where, name } = condition.object;
    const query = { apiVersion, kind, namespace: where, fieldSelector: `metadata.name=${name}` };
    const look = () => {
      const [object] = reflector.items.values();
      condition.why = object === undefined ? 'it is not there' : 'it does not hold yet';
      try {
        const variables = { object: object === undefined ? null : toCelValue(object), now: new Date(), session };
        condition.isTrue = condition.expression.evaluate(variables) === true;
      } catch (error) {
        condition.isTrue = false;
        if (!(error instanceof FieldMissingError))
          condition.why = error instanceof Error ? error.message : String(error);
      }
      if (conditions.every(({ isTrue }) => isTrue)) done.resolve();
    };
    const onState = ({ error }: { error?: Error }) => {
      if (error) condition.why = error.message;
    };
    const reflector: Reflector = new Reflector(client, query, { onEvent: look, onSnapshot: look, onState });
    reflector.start();
    return reflector;
  });
  const abort = () => {
    const open = conditions
      .filter(({ isTrue }) => !isTrue)
      .map(({ object, expression, why }) => {
        return `${nameOfObject(object.kind, object.namespace, object.name)}: ${expression.text} (${why})`;
      });
    const cause: unknown = signal.reason;
    done.reject(new NotReadyError(`The starting state was not reached: ${open.join('; ')}.`, { cause }));
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    await done.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await Promise.all(reflectors.map((reflector) => reflector.stop()));
  }
}
