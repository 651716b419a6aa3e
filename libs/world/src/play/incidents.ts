import type { IncidentPlan } from '../plan.js';

/** What all incidents together do to one thing. */
export interface Effects {
  slower: number;
  errors: number;
  down: boolean;
  burns: number;
}

/** Knows which incidents are on. */
export class Incidents {
  readonly #on = new Set<IncidentPlan>();

  constructor(private readonly plans: readonly IncidentPlan[]) {}

  /** @returns those that began or ended since it was asked last */
  step(nowMs: number): { plan: IncidentPlan; begins: boolean }[] {
    const changes: { plan: IncidentPlan; begins: boolean }[] = [];
    for (const plan of this.plans) {
      const on = isOn(plan, nowMs);
      if (on === this.#on.has(plan)) continue;
      if (on) this.#on.add(plan);
      else this.#on.delete(plan);
      changes.push({ plan, begins: on });
    }
    return changes;
  }

  /** @param target a dependency or an image */
  effectsOn(target: string): Effects {
    const effects = { slower: 1, errors: 0, down: false, burns: 0 };
    for (const { on, slower, errors, down, burns } of this.#on) {
      if (on !== target) continue;
      effects.slower *= slower;
      effects.errors = 1 - (1 - effects.errors) * (1 - errors);
      effects.down ||= down;
      effects.burns += burns;
    }
    return effects;
  }
}

function isOn({ atMs, lastsMs, everyMs }: IncidentPlan, nowMs: number): boolean {
  const sinceMs = nowMs - atMs;
  return sinceMs >= 0 && (everyMs === Infinity ? sinceMs : sinceMs % everyMs) < lastsMs;
}
