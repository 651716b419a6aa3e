import { pod } from './manifests.js';
import { catalogue, image } from './catalogue.js';
import { differencesOf, eventDifferences, type Difference } from './differences.js';
import type { FidelityCase } from './fidelity-case.js';
import { play, type Played } from './play.js';
import { slotResource, spareNode, workerNode, type Side } from './side.js';
import { runs } from './view.js';

/** So long a case may take to come to where it is compared; a node that is lost is noticed after 50 s. */
const DEADLINE_MS = 150_000;
/** So long an Event that one side has may take to come on the other. */
const EVENT_MS = 20_000;
const AT_ONCE = 8;

export interface Outcome {
  name: string;
  differences: Difference[];
  /** What differed in one of two times. */
  chance?: Difference[];
  /** Why it was not compared: one of the sides did not come to what was waited for. */
  failure?: string;
  tookMs: number;
}

/**
 * Compares a case; where it differs in a way that is not known, it is played once more, and only what differs both times
 * counts: two clusters that move are compared at a moment of each, and what one of them showed by chance it does not show
 * again. A case that does not come to where it is compared is not played again.
 */
export async function compareLasting(
  one: FidelityCase,
  embedded: Side,
  kind: Side,
  isKnown: (difference: Difference) => boolean,
): Promise<Outcome> {
  const first = await compare(one, embedded, kind);
  if (first.failure !== undefined || first.differences.every(isKnown)) return first;
  if (one.undoneBy) await compare(one.undoneBy, embedded, kind, 2);
  const again = await compare(one, embedded, kind, 2);
  // A field may differ by another value the second time; an Event is told by its words.
  const keyOf = ({ where, embedded: played, kind: real }: Difference): string =>
    where === 'event' ? `${played} ${real}` : where;
  const unknown = {
    first: first.differences.filter((d) => !isKnown(d)),
    again: again.differences.filter((d) => !isKnown(d)),
  };
  const inFirst = new Set(unknown.first.map(keyOf));
  const inBoth = new Set(unknown.again.map(keyOf).filter((key) => inFirst.has(key)));
  return {
    ...again,
    differences: again.differences.filter((one) => isKnown(one) || inBoth.has(keyOf(one))),
    chance: [...unknown.first, ...unknown.again].filter((one) => !inBoth.has(keyOf(one))),
  };
}

/** Plays a case on both sides at once and compares them. */
async function compare(one: FidelityCase, embedded: Side, kind: Side, turn = 1): Promise<Outcome> {
  const began = performance.now();
  const results = await Promise.allSettled([
    play(one, embedded, DEADLINE_MS, turn),
    play(one, kind, DEADLINE_MS, turn),
  ]);
  const played = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    const [left, right] = played;
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    const differences =
      left && right && !failures.length
        ? [
            ...differencesOf(one.name, left.observation, right.observation, one.ignores),
            ...(await eventDifferences(one.name, left, right, EVENT_MS, one.ignores)),
          ]
        : [];
    return {
      name: one.name,
      differences,
      ...(failures.length ? { failure: failures.join('\n') } : {}),
      tookMs: Math.round(performance.now() - began),
    };
  } finally {
    await Promise.all(played.map((side) => side.close()));
  }
}

/** Runs so many at once, in their order. */
export async function eachOf<T, R>(all: readonly T[], work: (one: T) => Promise<R>, atOnce = AT_ONCE): Promise<R[]> {
  const results: R[] = [];
  const queue = [...all.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
  return results;
}

/** Makes both clusters alike before the first case: what a case needs on the nodes is there. */
export async function prepare(side: Side): Promise<void> {
  await side.client.patch(
    { apiVersion: 'v1', kind: 'Node', name: workerNode },
    { status: { capacity: { [slotResource]: '1' }, allocatable: { [slotResource]: '1' } } },
    { type: 'strategic', subresource: 'status' },
  );
  // On kind the images were loaded; the virtual kubelet has pulled those that a pod wanted.
  const images = Object.keys(catalogue);
  const puller = (nodeName: string): FidelityCase => ({
    name: `pulls-on-${nodeName === spareNode ? 'spare' : 'worker'}`,
    manifests: () => [
      pod(
        'pulls',
        {},
        {
          nodeName,
          restartPolicy: 'Never',
          tolerations: [{ operator: 'Exists' }],
          containers: images.map((image, index) => ({
            name: `c${index}`,
            image,
            command: ['true'],
          })),
        },
      ),
    ],
    until: {
      what: 'all images to be there',
      holds: (view) =>
        view.pods('pulls')[0]?.status?.containerStatuses?.every((one) => one.state?.waiting === undefined) ?? false,
    },
  });
  for (const nodeName of [workerNode, spareNode]) await (await play(puller(nodeName), side, DEADLINE_MS)).close();
}

/** A registry on the worker's own loopback that knows no image. @returns what stays until it is closed */
export async function startRegistry(side: Side): Promise<Played> {
  return play(
    {
      name: 'registry',
      manifests: () => [pod('registry', { image: image('registry') }, { nodeName: workerNode, hostNetwork: true })],
      until: runs('registry', 0, true),
    },
    side,
    DEADLINE_MS,
  );
}
