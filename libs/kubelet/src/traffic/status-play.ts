import type { AlertChange, BreakerState } from '@kubedan/world';
import type { EventRecorder } from '../event-recorder.js';
import { MONITORING_GROUP } from './definitions.js';
import type { LoadTests } from './load-tests.js';
import { keyOf } from './objects.js';
import type { PlayedWorld } from './played-world.js';
import { playedClasses, type Surrounding } from './route-facts.js';
import type { StatusWriter } from './status-writer.js';
import { breakerStatus, classStatus, gatewayStatus, rateLimitStatus, routeStatus } from './statuses.js';
import { allOf, type Watched } from './watched.js';

/** Says in the cluster what comes of the objects that steer traffic. */
export class StatusPlay {
  constructor(
    private readonly world: PlayedWorld,
    private readonly watched: Watched,
    private readonly writer: StatusWriter,
    private readonly loadTests: LoadTests,
    private readonly events: EventRecorder,
  ) {}

  /** @param breakers their states, by `namespace/name` @param now in milliseconds since 1970 */
  write(around: Surrounding, breakers: ReadonlyMap<string, BreakerState>, now: number): void {
    const { watched, writer } = this;
    const played = playedClasses(around.classes);
    for (const one of around.classes) if (played.has(one.metadata.name)) writer.write(one, classStatus(one, now));
    for (const one of around.gateways.values())
      if (played.has(one.spec.gatewayClassName)) writer.write(one, gatewayStatus(one, now));
    const routes = allOf(watched.routes);
    for (const one of routes) {
      const status = routeStatus(one, around, now);
      if (status.parents.length > 0 || one.status?.parents?.length) writer.write(one, status);
    }
    const keys = new Set(routes.map(keyOf));
    for (const one of allOf(watched.limits)) writer.write(one, rateLimitStatus(one, keys, now));
    for (const one of allOf(watched.breakers)) writer.write(one, breakerStatus(one, breakers.get(keyOf(one)), now));
    for (const [one, status] of this.loadTests.follow(allOf(watched.tests), now)) writer.write(one, status);
    const zeroAt = this.world.zeroAt(now);
    for (const one of allOf(watched.rules)) writer.write(one, this.world.alerts.statusOf(one, zeroAt, now));
  }

  /** Alerts are events of the rule that they come from. */
  tell(changes: readonly AlertChange[]): void {
    for (const { alert, change } of changes) {
      if (change === 'pending') continue;
      const [namespace = 'default', name = ''] = alert.object.split('/');
      const rule = allOf(this.watched.rules).find((one) => keyOf(one) === alert.object);
      const { summary, description } = alert.annotations;
      const labels = Object.entries(alert.labels).map(([key, value]) => `${key}=${value}`);
      const words = `${alert.name}: ${summary ?? description ?? ''}`.trim();
      this.events.record(
        {
          kind: 'PrometheusRule',
          apiVersion: `${MONITORING_GROUP}/v1`,
          namespace,
          name,
          uid: rule?.metadata.uid ?? name,
        },
        {
          ...(change === 'firing'
            ? { type: 'Warning', reason: 'AlertFiring' }
            : { type: 'Normal', reason: 'AlertResolved' }),
          message: `${words} (${labels.join(', ')})`.slice(0, 1024),
        },
      );
    }
  }
}
