import { setTimeout as delay } from 'node:timers/promises';
import type { LabSummary, SessionView } from '@kubedan/contracts';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import { Api, ServerProcess, type SessionWatch } from '../support/index.js';
import { print } from './figure.js';

/** Each change sets off a roll-out of seconds: without a pause the roll-outs of all sessions would be measured. */
const paceMs = 1_000;

interface Learner {
  client: KubeClient;
  watch: SessionWatch;
  session: SessionView;
}

/**
 * Change in the cluster → verdict at the browser's socket, while many sessions are active. A change is one PATCH of the
 * learner's own, timed from just before it is sent to the verdict's arrival at the socket of that session.
 */
export async function measureVerdicts(sessions: number, changesEach: number): Promise<void> {
  await using server = await ServerProcess.start({
    env: { KUBEDAN_SESSIONS_PER_PERSON: String(sessions), KUBEDAN_SESSIONS_PER_HOST: String(sessions) },
  });
  const api = await Api.visit(server.url);
  const { labs } = await api.ok<{ labs: LabSummary[] }>('GET', '/labs');
  const lab = labs.find(({ name }) => name === 'first-rollback');
  if (lab === undefined) throw new Error('the lab first-rollback is not in the catalogue');

  const created: number[] = [];
  const learners: Learner[] = [];
  const enter = async (index: number): Promise<void> => {
    const startedAt = performance.now();
    const session = await api.createSession({ lab: lab.name, seed: `bench-${index}` });
    const watch = api.watch(session.id);
    await watch.untilState('active', 120_000);
    created.push(performance.now() - startedAt);
    const kubeconfig = await api.ok<string>('GET', `/sessions/${session.id}/kubeconfig`);
    learners.push({ client: new KubeClient(credentialsOf(kubeconfig)), watch, session });
  };
  // Two at a time: one alone leaves the machine waiting for the lab's set-up most of the time.
  for (let index = 0; index < sessions; index += 2) {
    await Promise.all(index + 1 < sessions ? [enter(index), enter(index + 1)] : [enter(index)]);
  }
  print({
    name: 'session-create-to-active',
    unit: 'ms',
    samples: created,
    reach: 10_000,
    by: 'p99',
    what: `POST /sessions to the event "active" of first-rollback, two at a time up to ${sessions}`,
  });

  const latencies: number[] = [];
  for (let round = 0; round < changesEach; round += 1) {
    for (const learner of learners) {
      const next = delay(paceMs);
      latencies.push(await measureOne(learner, round));
      await next;
    }
  }
  print({
    name: 'change-to-verdict',
    unit: 'ms',
    samples: latencies,
    reach: 100,
    by: 'p99',
    what: `PATCH of a Deployment's image to the changed verdict at the socket, ${sessions} sessions active, one change a second among them`,
  });
  for (const { client, watch } of learners) {
    watch[Symbol.dispose]();
    await client[Symbol.asyncDispose]();
  }
}

/** Sets the image to the good one and back in turn: the check on the image passes and fails in turn. */
async function measureOne({ client, watch }: Learner, round: number): Promise<number> {
  const deployments = await client.list<{ metadata: { name: string; namespace: string } }>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
  });
  const target = deployments.items[0];
  if (target === undefined) throw new Error('the lab gave no Deployment');
  const before = watch.events.at(-1)?.number ?? 0;
  const wanted = round % 2 === 0 ? 'pass' : 'fail';
  const startedAt = performance.now();
  const arrived = watch
    .until(
      (event) =>
        event.number > before &&
        event.type === 'verdict' &&
        event.verdict.checkId === 'serves-old-image' &&
        event.verdict.state === wanted,
    )
    .then(() => performance.now() - startedAt);
  await client.patch(
    { apiVersion: 'apps/v1', kind: 'Deployment', ...target.metadata },
    [
      {
        op: 'replace',
        path: '/spec/template/spec/containers/0/image',
        value: `registry.example/web:1.${wanted === 'pass' ? 0 : 1}`,
      },
    ],
    { type: 'json' },
  );
  return arrived;
}
