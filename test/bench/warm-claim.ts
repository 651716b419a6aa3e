import type { SessionEvent } from '@kubedan/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { Api, ServerProcess } from '../support/index.js';
import { print } from './figure.js';

/** What a session that finds a warm cluster may wait, in ms: until the cluster is its own, and until it is active. */
const reach = { embedded: { claim: 300, active: 1000 }, kind: { claim: 1000, active: 1000 } };

/** Sessions that find a warm cluster, one after the other on an idle machine. @param runs how often */
export async function measureWarmClaims(provider: keyof typeof reach, runs: number): Promise<void> {
  await using server = await ServerProcess.start({
    env: {
      KUBEDAN_PROVIDERS: provider,
      KUBEDAN_POOL_EMBEDDED: '1',
      KUBEDAN_POOL_KIND: '1',
      KUBEDAN_POOL_SPARE_CPU: '0',
      KUBEDAN_RECONCILE_INTERVAL: '500ms',
    },
  });
  const api = await Api.visit(server.url);
  const claims: number[] = [];
  const actives: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await untilWarm(server.url);
    const startedAt = performance.now();
    const { id } = await api.createSession({ lab: 'first-pod', seed: `bench-${run}` });
    using watch = api.watch(id);
    await watch.untilState('active');
    actives.push(performance.now() - startedAt);
    claims.push(millisecondsTo(watch.events, 'preparing'));
    await api.ok('DELETE', `/sessions/${id}`);
  }
  const from = await claimsFrom(server.url);
  if (from.warm !== runs) throw new Error(`only ${from.warm} of ${runs} sessions found a warm cluster`);
  const prefix = provider === 'embedded' ? '' : `${provider}-`;
  print({
    name: `${prefix}warm-claim`,
    unit: 'ms',
    samples: claims,
    reach: reach[provider].claim,
    by: 'p99',
    what: `from a session being written to its warm ${provider} cluster being its own (event "preparing")`,
  });
  print({
    name: `${prefix}warm-claim-to-active`,
    unit: 'ms',
    samples: actives,
    reach: reach[provider].active,
    by: 'p99',
    what: `POST /sessions of first-pod to the event "active" at the socket, the lab's own set-up included, warm ${provider} cluster`,
  });
}

function millisecondsTo(events: readonly SessionEvent[], state: string): number {
  const at = (wanted: string): number =>
    Date.parse(events.find((event) => event.type === 'state' && event.state === wanted)?.at ?? '');
  return at(state) - at('queued');
}

/** Waits until a cluster is warm and what its making stirred up has settled. */
async function untilWarm(url: string): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!/^kubedan_clusters\{[^}]*state="warm"[^}]*\} 1$/m.test(await metricsOf(url))) {
    if (performance.now() > deadline)
      throw new Error('no cluster became warm within 5 minutes; kubedan doctor says why');
    await delay(200);
  }
  await delay(3000);
}

async function claimsFrom(url: string): Promise<{ warm: number }> {
  const warm = /^kubedan_cluster_claims_total\{[^}]*from="warm"[^}]*\} (\d+)$/m.exec(await metricsOf(url))?.[1];
  return { warm: Number(warm ?? 0) };
}

const metricsOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();
