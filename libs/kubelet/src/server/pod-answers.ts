import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnsweringPod, Reachable } from '../answering-pod.js';
import { prometheusText } from '../metrics/prometheus.js';
import { idleUsage } from '../plan.js';
import { versionOf } from '../traffic/pod-facts.js';
import { statusOf } from '../pod-ports.js';

/**
 * What a played pod says on its port: plain text that names the pod and its image, so that a learner sees who answered; at
 * /metrics, what Prometheus reads.
 */
export function podAnswer(
  machine: AnsweringPod,
  port: number,
  path: string,
  now: number,
): { status: number; body: string } | undefined {
  const server = machine
    .reachable()
    .find(({ plan, startedAt }) => plan.port === port && now - startedAt >= plan.servesFrom);
  if (!server) return undefined;
  const status = statusOf(server, path, now);
  if (status === 200 && path.split('?')[0] === '/metrics') return { status, body: metricsOf(machine, server, now) };
  const { name, namespace } = machine.pod.metadata;
  const body =
    status === 200
      ? `${name} in ${namespace} answers ${path} with ${server.container.image}\n`
      : status === 404
        ? `404 page not found: ${path}\n`
        : `500 ${name} is not well\n`;
  return { status, body };
}

function metricsOf(machine: AnsweringPod, { container, startedAt, plan }: Reachable, now: number): string {
  const usage = plan.usageAt?.(now - startedAt) ?? idleUsage;
  const image = container.image ?? '';
  return prometheusText({
    image,
    version: versionOf(machine.pod),
    startedAt,
    usage,
    cpuSeconds: (usage.cpuMillicores * (now - startedAt)) / 1e6,
    ...machine.counted(container.name),
  });
}

export function answerAsPod(
  machine: AnsweringPod,
  port: number,
  now: number,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  const answer = podAnswer(machine, port, request.url ?? '/', now);
  if (!answer) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
