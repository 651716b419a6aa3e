export { compileWorld, targetOf } from './compile.js';
export { createWorld, type WorldStart } from './simulated-world.js';
export type * from './facts.js';
export * from './figures.js';
export type * from './plan.js';
export { profileOf, rateAt } from './profile.js';
export type { World } from './world-api.js';
export { expositionOf, type MetricFamily, type MetricSample } from './metrics/families.js';
export { PromqlError } from './metrics/promql/errors.js';
export { evaluatePromql, type PromqlValue, type VectorElement } from './metrics/promql/evaluate.js';
export { parsePromql } from './metrics/promql/parse.js';
export { AlertRules, type Alert, type AlertChange } from './metrics/rules.js';
export { TimeSeries } from './metrics/time-series.js';
export {
  decideScaling,
  type ScaledNode,
  type ScaledPod,
  type ScalingDecision,
  type ScalingState,
  type Wants,
} from './money/autoscaler.js';
