import type { TrafficPicture } from '@kubedan/contracts';
import {
  outcomes,
  type Alert,
  type BreakerState,
  type Figures,
  type Outcome,
  type RouteFact,
  type Scope,
  type World,
  type WorldPlan,
} from '@kubedan/world';

/** What there is to be shown. */
export interface Shown {
  plan: Pick<WorldPlan, 'sources' | 'dependencies'>;
  routes: Iterable<RouteFact>;
  services: Iterable<string>;
  /** The containers that do work, by their pods. */
  pods: ReadonlyMap<string, readonly string[]>;
  alerts: readonly Alert[];
  breakers: Iterable<[name: string, state: BreakerState]>;
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
    sources: plan.sources.map(({ name, target }) => ({
      name,
      target: targetOf(target),
      ...of({ kind: 'source', name }),
    })),
    routes: [...shown.routes].map(({ namespace, name, rules }) => {
      const route = `${namespace}/${name}`;
      return { route, backends: backendsOf(rules), ...of({ kind: 'route', route }) };
    }),
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
    dependencies: plan.dependencies.map(({ name, kind, behind }) => ({
      name,
      kind,
      ...(behind === undefined ? {} : { behind }),
      ...of({ kind: 'dependency', name }),
    })),
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

/** Where a source's requests go first. */
function targetOf(target: WorldPlan['sources'][number]['target']): {
  kind: 'gateway' | 'service' | 'queue';
  name: string;
} {
  if (target.kind === 'gateway') return { kind: 'gateway', name: target.host };
  return { kind: target.kind, name: target.kind === 'service' ? target.service : target.name };
}

/** The Services of all rules, each with its share of the weights of its rule, 0 to 1. */
function backendsOf(rules: RouteFact['rules']): { service: string; share: number }[] {
  return rules.flatMap(({ backends }) => {
    const total = backends.reduce((sum, { weight }) => sum + weight, 0);
    return backends.map(({ service, weight }) => ({ service, share: total === 0 ? 0 : weight / total }));
  });
}

/** Of the failures per second those outcomes that there were. */
function failuresOf({ outcomes: ended, fromMs, toMs }: Figures): Partial<Record<Outcome, number>> {
  const seconds = Math.max(1, (toMs - fromMs) / 1000);
  return Object.fromEntries(
    outcomes
      .filter((outcome) => outcome !== 'ok' && ended[outcome] > 0)
      .map((outcome) => [outcome, ended[outcome] / seconds]),
  );
}

const figuresOf = (figures: Figures) => ({
  rate: figures.rate,
  errorRate: figures.errorRate,
  p50Ms: finite(figures.p50Ms),
  p99Ms: finite(figures.p99Ms),
  failures: failuresOf(figures),
});
