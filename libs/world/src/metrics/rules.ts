import { z } from 'zod';
import type { Expression } from './promql/ast.js';
import { Budget } from './promql/budget.js';
import { PromqlError } from './promql/errors.js';
import { evaluatePromql, type VectorElement } from './promql/evaluate.js';
import { parsePromql } from './promql/parse.js';
import { promDurationMs } from './promql/tokens.js';
import { keyOfLabels, type Labels, type TimeSeries } from './time-series.js';

const durationSchema = z
  .string()
  .refine((text) => promDurationMs(text) !== undefined, { error: 'expected a duration such as 30s or 5m' });
const labelsSchema = z.record(z.string().max(128), z.string().max(2048)).optional();
const expressionSchema = z.union([z.string().max(4096), z.number()]);

/** spec of a PrometheusRule (monitoring.coreos.com/v1), as far as it is played. */
export const ruleSpecSchema = z.object({
  groups: z
    .array(
      z.object({
        name: z.string().min(1).max(253),
        interval: durationSchema.optional(),
        rules: z
          .array(
            z.object({
              alert: z.string().min(1).max(253).optional(),
              record: z
                .string()
                .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
                .max(253)
                .optional(),
              expr: expressionSchema,
              for: durationSchema.optional(),
              keep_firing_for: durationSchema.optional(),
              labels: labelsSchema,
              annotations: labelsSchema,
            }),
          )
          .max(100),
      }),
    )
    .max(50),
});
export type RuleSpec = z.infer<typeof ruleSpecSchema>;

/** An alert that is on its way or fires. */
export interface Alert {
  /** Of the rule: `namespace/name` of its object, its group, its name. */
  object: string;
  group: string;
  name: string;
  state: 'pending' | 'firing';
  /** With `alertname`. */
  labels: Labels;
  annotations: Labels;
  value: number;
  /** Since when its expression is true, milliseconds. */
  activeAtMs: number;
  /** Since when it fires. */
  firedAtMs: number | undefined;
}

export interface AlertChange {
  atMs: number;
  alert: Alert;
  change: 'pending' | 'firing' | 'resolved';
}

interface Rule {
  alert: string | undefined;
  record: string | undefined;
  expression: Expression;
  forMs: number;
  keepFiringMs: number;
  labels: Labels;
  annotations: Labels;
  /** By labels. */
  active: Map<string, Alert & { seenMs: number; falseSinceMs: number | undefined }>;
}

interface Group {
  name: string;
  intervalMs: number;
  dueMs: number;
  rules: Rule[];
}

/** How often rules are looked at whose group does not say. */
const defaultIntervalMs = 15_000;
/** Rules of all objects together. */
const mostRules = 200;
/** What all rules together may look at in one evaluation: some tenths of a second. */
const mostLooked = 2_000_000;
/** Alerts that one rule may have at once; more are left out. */
const mostAlerts = 100;

/** Evaluates the rules of PrometheusRule objects over what was read of all metrics. */
export class AlertRules {
  readonly #objects = new Map<string, Group[]>();

  constructor(private readonly store: TimeSeries) {}

  /**
   * Takes the rules of one object in place of those that it had; rules that stay the same keep their alerts.
   * @param key namespace/name
   * @param spec as the API server has it: not to be trusted
   * @returns what is wrong, for the object's status; an object with a mistake has no rules at all
   */
  setRules(key: string, spec: unknown): string[] {
    const parsed = ruleSpecSchema.safeParse(spec);
    if (!parsed.success) {
      this.#objects.delete(key);
      return parsed.error.issues.map(({ path, message }) => `spec.${path.join('.')}: ${message}`);
    }
    const mistakes: string[] = [];
    const groups = parsed.data.groups.map((group, g) => groupOf(group, `spec.groups.${g}`, mistakes));
    const others = [...this.#objects].filter(([other]) => other !== key).flatMap(([, theirs]) => theirs);
    const count = [...others, ...groups].reduce((sum, { rules }) => sum + rules.length, 0);
    if (count > mostRules) mistakes.push(`spec.groups: there may be ${mostRules} rules in all objects together`);
    if (mistakes.length > 0) {
      this.#objects.delete(key);
      return mistakes;
    }
    this.#keepAlerts(key, groups);
    this.#objects.set(key, groups);
    return [];
  }

  removeRules(key: string): void {
    this.#objects.delete(key);
  }

  /**
   * Looks at all groups that are due. Call it after every reading.
   * @returns what changed, and queries that could not be evaluated
   */
  evaluate(atMs: number): { changes: AlertChange[]; errors: { object: string; rule: string; message: string }[] } {
    const changes: AlertChange[] = [];
    const errors: { object: string; rule: string; message: string }[] = [];
    let left = mostLooked;
    for (const [object, groups] of this.#objects) {
      for (const group of groups) {
        if (atMs < group.dueMs) continue;
        group.dueMs = atMs + group.intervalMs;
        for (const rule of group.rules) {
          const budget = new Budget(Math.min(left, 200_000));
          try {
            const value = evaluatePromql(rule.expression, this.store, atMs, budget);
            const elements = value.kind === 'scalar' ? [{ labels: {}, value: value.value }] : value.elements;
            if (rule.record === undefined) changes.push(...this.#judge(object, group.name, rule, elements, atMs));
            else this.#record(rule, rule.record, elements, atMs, 1.5 * group.intervalMs);
          } catch (error) {
            if (!(error instanceof PromqlError)) throw error;
            errors.push({ object, rule: rule.alert ?? rule.record ?? '', message: error.message });
          }
          left = Math.max(0, left - budget.used);
        }
      }
    }
    return { changes, errors };
  }

  /** @returns all alerts that are pending or fire */
  get alerts(): Alert[] {
    return [...this.#objects.values()].flatMap((groups) =>
      groups.flatMap(({ rules }) => rules.flatMap(({ active }) => [...active.values()])),
    );
  }

  #record(rule: Rule, name: string, elements: readonly VectorElement[], atMs: number, validMs: number): void {
    for (const { labels, value } of elements) {
      const { __name__: _, ...others } = labels;
      this.store.record(atMs, { name, labels: { ...others, ...rule.labels }, value }, validMs);
    }
  }

  #judge(object: string, group: string, rule: Rule, elements: readonly VectorElement[], atMs: number): AlertChange[] {
    const changes: AlertChange[] = [];
    for (const { labels: seen, value } of elements.slice(0, mostAlerts)) {
      const { __name__: _, ...plain } = seen;
      const fill = (texts: Labels): Labels =>
        Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, filled(text, plain, value)]));
      const labels = { ...plain, ...fill(rule.labels), alertname: rule.alert ?? '' };
      const key = keyOfLabels(labels);
      let alert = rule.active.get(key);
      if (!alert) {
        alert = {
          object,
          group,
          name: rule.alert ?? '',
          state: 'pending',
          labels,
          annotations: {},
          value,
          activeAtMs: atMs,
          firedAtMs: undefined,
          seenMs: atMs,
          falseSinceMs: undefined,
        };
        rule.active.set(key, alert);
        if (rule.forMs > 0) changes.push({ atMs, alert: { ...alert }, change: 'pending' });
      }
      Object.assign(alert, { value, annotations: fill(rule.annotations), seenMs: atMs, falseSinceMs: undefined });
      if (alert.state === 'pending' && atMs - alert.activeAtMs >= rule.forMs) {
        Object.assign(alert, { state: 'firing', firedAtMs: atMs });
        changes.push({ atMs, alert: { ...alert }, change: 'firing' });
      }
    }
    for (const [key, alert] of rule.active) {
      if (alert.seenMs === atMs) continue;
      alert.falseSinceMs ??= atMs;
      if (alert.state === 'firing' && atMs - alert.falseSinceMs < rule.keepFiringMs) continue;
      rule.active.delete(key);
      if (alert.state === 'firing') changes.push({ atMs, alert: { ...alert }, change: 'resolved' });
    }
    return changes;
  }

  #keepAlerts(key: string, groups: readonly Group[]): void {
    const before = this.#objects.get(key) ?? [];
    for (const group of groups) {
      const old = before.find(({ name }) => name === group.name);
      group.rules.forEach((rule, index) => {
        const same = old?.rules[index];
        if (same && same.alert === rule.alert && JSON.stringify(same.labels) === JSON.stringify(rule.labels))
          rule.active = same.active;
      });
    }
  }
}

function groupOf(group: RuleSpec['groups'][number], path: string, mistakes: string[]): Group {
  const rules = group.rules.flatMap((spec, r): Rule[] => {
    const at = `${path}.rules.${r}`;
    if ((spec.alert === undefined) === (spec.record === undefined)) {
      mistakes.push(`${at}: a rule has either alert or record`);
      return [];
    }
    try {
      const expression = parsePromql(String(spec.expr));
      return [
        {
          alert: spec.alert,
          record: spec.record,
          expression,
          forMs: promDurationMs(spec.for ?? '0s') ?? 0,
          keepFiringMs: promDurationMs(spec.keep_firing_for ?? '0s') ?? 0,
          labels: spec.labels ?? {},
          annotations: spec.annotations ?? {},
          active: new Map(),
        },
      ];
    } catch (error) {
      if (!(error instanceof PromqlError)) throw error;
      mistakes.push(`${at}.expr: at character ${error.offset + 1}: ${error.message}`);
      return [];
    }
  });
  const intervalMs = promDurationMs(group.interval ?? '') ?? defaultIntervalMs;
  return { name: group.name, intervalMs, dueMs: 0, rules };
}

const percent = (value: number): string => `${Number((value * 100).toPrecision(4))}%`;

/** Fills `{{ $labels.name }}` and `{{ $value }}`, with `humanize` or `humanizePercentage`; other templates stay as they are. */
function filled(text: string, labels: Labels, value: number): string {
  return text.replace(
    /\{\{\s*\$(?:labels\.([A-Za-z_]\w*)|(value))\s*(?:\|\s*(humanize|humanizePercentage)\s*)?\}\}/g,
    (_, label: string | undefined, isValue: string | undefined, how: string | undefined) => {
      if (isValue === undefined) return labels[label ?? ''] ?? '';
      if (how === 'humanizePercentage') return percent(value);
      return how === 'humanize' ? String(Number(value.toPrecision(4))) : String(value);
    },
  );
}
