import type { LabSummary } from '@kubedan/contracts';
import type { Lab } from '@kubedan/labs';

/** The best session of somebody at a lab. */
export interface BestRow {
  lab_name: string;
  id: string;
  points_reached: number;
  outcome: string | null;
}

/** @returns the lab as the list of labs shows it */
export function summaryOf(lab: Lab, best: BestRow | undefined): LabSummary {
  const { name, tier, skills, title, summary, minutes } = lab.spec.metadata;
  const { tasks } = lab.spec.spec;
  return {
    name,
    hash: lab.hash,
    tier,
    skills,
    title,
    ...(summary === undefined ? {} : { summary }),
    minutes,
    tasks: tasks.length,
    points: tasks.flatMap(({ checks }) => checks).reduce((sum, { points }) => sum + points, 0),
    best:
      best === undefined
        ? { state: 'none', points: 0 }
        : { state: best.outcome === 'passed' ? 'passed' : 'started', points: best.points_reached, sessionId: best.id },
  };
}
