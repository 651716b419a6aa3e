import type { TrafficPicture } from '@kubedan/contracts';
import type { Alert, Figures, Scope, World, WorldPlan } from '@kubedan/world';

/** What there is to be shown. */
export interface Shown {
  plan: Pick<WorldPlan, 'sources' | 'dependencies'>;
  /** `namespace/name` */
  routes: Iterable<string>;
  services: Iterable<string>;
  /** The containers that do work, by their pods. */
  pods: ReadonlyMap<string, readonly string[]>;
  alerts: readonly Alert[];
  breakers: Iterable<[name: string, state: 'open' | 'half-open' | 'closed']>;
}

/**
 * @param worldMs since the hand-over
 * @param windowMs how far to look back, at least 1000
 */
export function trafficPicture(engine: World, shown: Shown, worldMs: number, windowMs: number): TrafficPicture {
  const of = (scope: Scope) => figuresOf(engine.figures(scope, windowMs));
  const { plan } = shown;
  const bill = engine.bill(windowMs);
  return {
    worldMs,
    windowMs,
    sources: plan.sources.map(({ name }) => ({ name, ...of({ kind: 'source', name }) })),
    routes: [...shown.routes].map((route) => ({ route, ...of({ kind: 'route', route }) })),
    services: [...shown.services].map((service) => ({
      service,
      ...of({ kind: 'service', service }),
      versions: engine.traffic(service, windowMs).map(({ version, share }) => ({
        version,
        share,
        ...of({ kind: 'service', service, version }),
      })),
    })),
    pods: [...shown.pods].flatMap(([uid, containers]) => {
      const usages = containers.flatMap((container) => engine.usageOf(uid, container) ?? []);
      if (usages.length === 0) return [];
      const sum = (field: 'cpu' | 'memory' | 'waiting') => usages.reduce((total, usage) => total + usage[field], 0);
      return {
        uid,
        ...of({ kind: 'pod', uid }),
        cpuMillicores: sum('cpu'),
        memoryBytes: sum('memory'),
        waiting: sum('waiting'),
      };
    }),
    dependencies: plan.dependencies.map(({ name, kind }) => ({ name, kind, ...of({ kind: 'dependency', name }) })),
    queues: plan.dependencies.flatMap(({ name }) => {
      const length = engine.queueLength(name);
      return length ? { name, waiting: length.waiting, oldestMs: length.oldestMs } : [];
    }),
    alerts: shown.alerts.map(({ name, state, labels, annotations, activeAtMs }) => ({
      name,
      state,
      labels: { ...labels },
      summary: annotations['summary'] ?? annotations['description'] ?? '',
      activeAtMs,
    })),
    breakers: [...shown.breakers].map(([name, state]) => ({ name, state })),
    cost: {
      total: bill.total,
      perHour: bill.perHour,
      perThousandRequests: finite(bill.perThousandRequests),
    },
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const figuresOf = ({ rate, errorRate, p50Ms, p99Ms }: Figures) => ({
  rate,
  errorRate,
  p50Ms: finite(p50Ms),
  p99Ms: finite(p99Ms),
});
