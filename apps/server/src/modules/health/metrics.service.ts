import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Figures for Prometheus. */
@Injectable()
export class MetricsService {
  readonly #registry = new Registry();
  /** Sessions by the state they went into. */
  readonly transitions = new Counter({
    name: 'kubedan_session_transitions_total',
    help: 'Sessions by the state that they went into',
    labelNames: ['state'] as const,
    registers: [this.#registry],
  });
  readonly live = new Gauge({
    name: 'kubedan_sessions_live',
    help: 'Sessions whose cluster runs in this process',
    registers: [this.#registry],
  });
  /** From the job's start to active. */
  readonly provisioning = new Histogram({
    name: 'kubedan_provisioning_seconds',
    help: 'From provisioning to active',
    buckets: [0.3, 0.5, 1, 2, 4, 8, 16, 32, 64, 128],
    registers: [this.#registry],
  });
  /** From the grader's verdict to its commit. */
  readonly verdicts = new Histogram({
    name: 'kubedan_verdict_write_seconds',
    help: 'From a verdict to its commit',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 15],
    registers: [this.#registry],
  });

  /** Clusters of this host as the last look at the books found them. */
  readonly clusters = new Gauge({
    name: 'kubedan_clusters',
    help: 'Clusters of this host by provider and state: warming, warm, running, suspended, coming, unwanted, doomed',
    labelNames: ['provider', 'state'] as const,
    registers: [this.#registry],
  });
  readonly claims = new Counter({
    name: 'kubedan_cluster_claims_total',
    help: 'Clusters given to sessions, by whether they were warm, being warmed, or made cold',
    labelNames: ['provider', 'from'] as const,
    registers: [this.#registry],
  });
  readonly refills = new Histogram({
    name: 'kubedan_pool_refill_seconds',
    help: 'Making one cluster for the pool',
    labelNames: ['provider'] as const,
    buckets: [0.5, 1, 2, 4, 8, 16, 32, 64, 128],
    registers: [this.#registry],
  });
  readonly orphans = new Counter({
    name: 'kubedan_clusters_orphaned_total',
    help: 'Clusters found on this host that nobody knew of, and destroyed',
    labelNames: ['provider'] as const,
    registers: [this.#registry],
  });
  readonly lost = new Counter({
    name: 'kubedan_clusters_lost_total',
    help: 'Clusters that stopped by themselves, by whether a session had them',
    labelNames: ['provider', 'state'] as const,
    registers: [this.#registry],
  });
  readonly rescues = new Counter({
    name: 'kubedan_sessions_rescued_total',
    help: 'Sessions whose cluster was lost: brought back, moved to a fresh cluster, or failed',
    labelNames: ['result'] as const,
    registers: [this.#registry],
  });
  readonly expiries = new Counter({
    name: 'kubedan_sessions_expired_total',
    help: 'Sessions ended because their time was over',
    registers: [this.#registry],
  });
  readonly suspends = new Counter({
    name: 'kubedan_sessions_suspended_idle_total',
    help: 'Sessions put to sleep because nobody was there',
    registers: [this.#registry],
  });
  readonly refused = new Counter({
    name: 'kubedan_sessions_refused_total',
    help: 'Sessions refused because a person or the host had as many as are allowed',
    labelNames: ['limit'] as const,
    registers: [this.#registry],
  });
  readonly placements = new Counter({
    name: 'kubedan_placements_total',
    help: 'Self-tests begun, finished and abandoned, by whom they are for: everyone or coders',
    labelNames: ['audience', 'event'] as const,
    registers: [this.#registry],
  });
  readonly placementQuestions = new Histogram({
    name: 'kubedan_placement_questions',
    help: 'Questions that finished self-tests asked',
    buckets: [11, 12, 13, 14, 15],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
