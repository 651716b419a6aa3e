import { type LabEvidence, type LabSummary, type Profile, tiers } from '@kubedan/contracts';
import { type Evidence, evidenceOf, overallTier, type Pass, retests, standings } from '@kubedan/ranks';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../clock.js';
import { DatabaseService } from '../../database/database.service.js';
import { CatalogueService } from '../catalogue/catalogue.service.js';

/** What a person has shown, and which ranks follow from it. Nothing of it is stored: it is reckoned from their sessions. */
@Injectable()
export class ProfileService {
  constructor(
    @Inject(CatalogueService) private readonly catalogue: CatalogueService,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async of(personId: string): Promise<Profile> {
    const now = this.clock().getTime();
    const [{ labs }, passes] = await Promise.all([this.catalogue.list(personId), this.#passesOf(personId)]);
    const evidence = new Map(labs.map(({ name }) => [name, evidenceOf(passes.get(name) ?? [], now)] as const));
    const skills = standings(labs, evidence);
    const tier = overallTier(skills);
    return {
      ...(tier === undefined ? {} : { tier }),
      skills,
      labs: labs
        .toSorted((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier) || a.minutes - b.minutes)
        .map((lab) => shown(lab, evidence.get(lab.name))),
      retests: retests(evidence),
    };
  }

  async #passesOf(personId: string): Promise<Map<string, Pass[]>> {
    const rows: { lab_name: string; seed: string; finished_at: Date }[] = await this.database.run((manager) =>
      manager.query(
        `SELECT lab_name, seed, finished_at FROM sessions
         WHERE person_id = $1 AND outcome = 'passed' AND finished_at IS NOT NULL`,
        [personId],
      ),
    );
    return Map.groupBy(
      rows.map((row): Pass => ({ lab: row.lab_name, seed: row.seed, at: row.finished_at.getTime() })),
      ({ lab }) => lab,
    );
  }
}

function shown(
  { name, title, tier, skills, minutes }: LabSummary,
  { state, shown: times, dueAt, lapsesAt }: Evidence = { state: 'none', shown: 0 },
): LabEvidence {
  const text = (at: number): string => new Date(at).toISOString();
  return {
    name,
    title,
    tier,
    skills,
    minutes,
    state,
    shown: times,
    ...(dueAt === undefined ? {} : { dueAt: text(dueAt) }),
    ...(lapsesAt === undefined ? {} : { lapsesAt: text(lapsesAt) }),
  };
}
