import path from 'node:path';
import type { LabList, LabSummary } from '@kubedan/contracts';
import { type BoundLab, bindLab, type Lab, type LabInvalidError, loadCatalogue } from '@kubedan/labs';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../clock.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { DatabaseService } from '../../database/database.service.js';
import { foldersOf } from '../../folders.js';
import { LabNotFoundError, LabUnusableError } from './catalogue.errors.js';
import { type BestRow, summaryOf } from './lab-summary.js';

/** ms for which a read catalogue is taken for current: an author who saves and reloads sees the change. */
const freshFor = 2000;

interface Catalogue {
  readAt: number;
  labs: Lab[];
  invalid: { dir: string; error: LabInvalidError }[];
}

/** The labs in the labs' folder. */
@Injectable()
export class CatalogueService {
  readonly #dir: string;
  #catalogue: Promise<Catalogue> | undefined;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#dir = foldersOf(config).labs;
  }

  /** All labs, with the best that this person has reached in each. */
  async list(personId: string): Promise<LabList> {
    const [{ labs, invalid }, best] = await Promise.all([this.#current(), this.#bestOf(personId)]);
    return {
      labs: labs.map((lab) => summaryOf(lab, best.get(lab.name))),
      invalid: invalid.map(({ dir, error }) => ({ folder: path.relative(this.#dir, dir), message: error.message })),
    };
  }

  /** @throws LabNotFoundError, LabUnusableError */
  async show(personId: string, name: string): Promise<LabSummary> {
    const [lab, best] = await Promise.all([this.#find(name), this.#bestOf(personId)]);
    return summaryOf(lab, best.get(name));
  }

  /** @throws LabNotFoundError, LabUnusableError */
  async bind(name: string, seed: string): Promise<BoundLab> {
    return bindLab(await this.#find(name), seed);
  }

  /** @returns the names of labs that ask questions only: nobody types a command in them */
  async questionsOnly(): Promise<Set<string>> {
    const { labs } = await this.#current();
    const asksOnly = labs.filter(({ spec }) =>
      spec.spec.tasks.every(({ checks }) => checks.every((check) => 'ask' in check)),
    );
    return new Set(asksOnly.map(({ name }) => name));
  }

  async #find(name: string): Promise<Lab> {
    const { labs, invalid } = await this.#current();
    const lab = labs.find((candidate) => candidate.name === name);
    if (lab !== undefined) return lab;
    const broken = invalid.find(({ dir }) => path.basename(dir) === name);
    throw broken ? new LabUnusableError(broken.error) : new LabNotFoundError(name);
  }

  async #current(): Promise<Catalogue> {
    const now = this.clock().getTime();
    const known = await this.#catalogue?.catch(() => undefined);
    if (known === undefined || now - known.readAt > freshFor) {
      this.#catalogue = loadCatalogue(this.#dir).then((read) => ({ ...read, readAt: now }));
    }
    return this.#catalogue!;
  }

  /** Lab name → the passed session if there is one, else the one with most points. */
  async #bestOf(personId: string): Promise<Map<string, BestRow>> {
    const rows: BestRow[] = await this.database.run((manager) =>
      manager.query(
        `SELECT DISTINCT ON (lab_name) lab_name, id, points_reached, outcome FROM sessions WHERE person_id = $1
         ORDER BY lab_name, (outcome IS NOT DISTINCT FROM 'passed') DESC, points_reached DESC, created_at DESC`,
        [personId],
      ),
    );
    return new Map(rows.map((row) => [row.lab_name, row]));
  }
}
