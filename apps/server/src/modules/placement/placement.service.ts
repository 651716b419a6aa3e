import type {
  AnswerPlacement,
  CreatePlacement,
  PlacementReport,
  PlacementSummary,
  PlacementView,
} from '@kubedan/contracts';
import {
  type Bank,
  type BankItem,
  loadBank,
  nextItem,
  optionOrder,
  parametersOf,
  place,
  suggestLabs,
} from '@kubedan/placement';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, MoreThan } from 'typeorm';
import { CLOCK, type Clock } from '../../clock.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { DatabaseService } from '../../database/database.service.js';
import { randomText } from '../../random-text.js';
import { CatalogueService } from '../catalogue/catalogue.service.js';
import { MetricsService } from '../health/metrics.service.js';
import { currentItem, shownId, summaryOf, viewOf } from './placement-view.js';
import { PlacementEntity, type StoredAnswer } from './placement.entity.js';
import {
  PlacementLimitError,
  PlacementNotFoundError,
  PlacementOpenError,
  PlacementOverError,
  PlacementUnfinishedError,
  QuestionNotAskedError,
} from './placement.errors.js';

const day = 24 * 3600 * 1000;
/** Tests that one answer lists at most. */
const listedAtOnce = 100;
/** Labs that a report suggests at most. */
const suggested = 3;

/** The self-test: who takes it, what is asked next, where it places them. */
@Injectable()
export class PlacementService {
  #bank: Promise<Bank> | undefined;

  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(CatalogueService) private readonly catalogue: CatalogueService,
    @Inject(MetricsService) private readonly metrics: MetricsService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PlacementOpenError when another is unfinished, PlacementLimitError after too many in a day */
  async create(personId: string, { audience }: CreatePlacement): Promise<PlacementView> {
    const bank = await this.#theBank();
    const limit = this.config.sessions.KUBEDAN_SELF_TESTS_PER_DAY;
    const now = this.clock();
    const seed = randomText(16);
    const placement: PlacementEntity = Object.assign(new PlacementEntity(), {
      id: randomText(10),
      personId,
      audience,
      seed,
      state: 'active' as const,
      current: nextItem(bank, audience, [], seed)?.id ?? null,
      answers: [],
      result: null,
      createdAt: now,
      finishedAt: null,
    });
    await this.database.transaction(async (manager) => {
      // Two requests at once must not both find that no test is open.
      await manager.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`kubedan-placement ${personId}`]);
      const open = await manager.findOneBy(PlacementEntity, { personId, state: 'active' });
      if (open !== null) throw new PlacementOpenError(open.id);
      const since = MoreThan(new Date(now.getTime() - day));
      if ((await manager.countBy(PlacementEntity, { personId, createdAt: since })) >= limit) {
        throw new PlacementLimitError(limit);
      }
      await manager.insert(PlacementEntity, placement as never);
    });
    this.metrics.placements.inc({ audience, event: 'begun' });
    return viewOf(placement, bank);
  }

  /** The newest first, at most 100. */
  async list(personId: string): Promise<PlacementSummary[]> {
    const placements = await this.database.run((manager) =>
      manager.find(PlacementEntity, { where: { personId }, order: { createdAt: 'DESC' }, take: listedAtOnce }),
    );
    return placements.map(summaryOf);
  }

  /** @returns the test that was finished last; undefined when there is none */
  async latest(personId: string): Promise<PlacementSummary | undefined> {
    const placement = await this.database.run((manager) =>
      manager.findOne(PlacementEntity, {
        where: { personId, state: 'finished' },
        order: { finishedAt: 'DESC' },
      }),
    );
    return placement === null ? undefined : summaryOf(placement);
  }

  /** @throws PlacementNotFoundError */
  async show(personId: string, id: string): Promise<PlacementView> {
    return viewOf(await this.#findOf(personId, id), await this.#theBank());
  }

  /**
   * Takes an answer and chooses the next question, or places the person. The same answer once more, as after a lost connection,
   * changes nothing.
   * @throws PlacementNotFoundError, PlacementOverError, QuestionNotAskedError
   */
  async answer(personId: string, id: string, { question, option }: AnswerPlacement): Promise<PlacementView> {
    const bank = await this.#theBank();
    const placement = await this.#change(personId, id, (changed) => {
      if (wasAnsweredSo(changed, bank, question, option)) return;
      const item = currentItem(changed, bank);
      if (item === undefined) throw new PlacementOverError();
      if (shownId(item.id, changed.seed) !== question) {
        throw new QuestionNotAskedError('Another question waits for its answer. Load the test again to see it.');
      }
      changed.answers = [...changed.answers, answerTo(item, option, changed.seed)];
      const next = nextItem(bank, changed.audience, changed.answers, changed.seed);
      changed.current = next?.id ?? null;
      if (next !== undefined) return;
      changed.state = 'finished';
      changed.result = place(changed.answers);
      changed.finishedAt = this.clock();
    });
    return viewOf(placement, bank);
  }

  /** Gives an unfinished test up. Idempotent. @throws PlacementNotFoundError; PlacementOverError when it is finished */
  async abandon(personId: string, id: string): Promise<PlacementView> {
    const bank = await this.#theBank();
    const placement = await this.#change(personId, id, (changed) => {
      if (changed.state === 'finished') throw new PlacementOverError();
      if (changed.state === 'abandoned') return;
      changed.state = 'abandoned';
      changed.current = null;
      changed.finishedAt = this.clock();
    });
    return viewOf(placement, bank);
  }

  /** Where a finished test places the person, and the labs to go on with. @throws PlacementNotFoundError, PlacementUnfinishedError */
  async report(personId: string, id: string): Promise<PlacementReport> {
    const placement = await this.#findOf(personId, id);
    const { result } = placement;
    if (result === null) throw new PlacementUnfinishedError();
    const [bank, { labs }, questionsOnly] = await Promise.all([
      this.#theBank(),
      this.catalogue.list(personId),
      this.catalogue.questionsOnly(),
    ]);
    const ahead = labs
      .filter(({ best }) => best.state !== 'passed')
      .map((lab) => ({ ...lab, isQuestionsOnly: questionsOnly.has(lab.name) }));
    return {
      placement: viewOf(placement, bank),
      result,
      labs: suggestLabs(result, placement.audience, ahead, suggested).map(({ lab, skill }) => ({
        name: lab.name,
        title: lab.title,
        ...(lab.summary === undefined ? {} : { summary: lab.summary }),
        tier: lab.tier,
        minutes: lab.minutes,
        skill,
      })),
    };
  }

  /** Read once, when somebody first wants it. */
  #theBank(): Promise<Bank> {
    return (this.#bank ??= loadBank());
  }

  async #findOf(personId: string, id: string): Promise<PlacementEntity> {
    const placement = await this.database.run((manager) =>
      manager.findOneBy(PlacementEntity, { id: known(id), personId }),
    );
    if (placement === null) throw new PlacementNotFoundError();
    return placement;
  }

  /** Changes a test while nobody else can; fields of JSON are replaced, never changed in place. */
  async #change(personId: string, id: string, work: (placement: PlacementEntity) => void): Promise<PlacementEntity> {
    const { placement, before } = await this.database.transaction(async (manager: EntityManager) => {
      const found = await manager.findOne(PlacementEntity, {
        where: { id: known(id), personId },
        lock: { mode: 'pessimistic_write' },
      });
      if (found === null) throw new PlacementNotFoundError();
      const stateBefore = found.state;
      work(found);
      const { state, current, answers, result, finishedAt } = found;
      await manager.update(PlacementEntity, { id }, { state, current, answers, result, finishedAt } as never);
      return { placement: found, before: stateBefore };
    });
    const { state, audience, answers } = placement;
    if (state !== before) {
      this.metrics.placements.inc({ audience, event: state });
      if (state === 'finished') this.metrics.placementQuestions.observe(answers.length);
    }
    return placement;
  }
}

/** @throws PlacementNotFoundError for what is no id of ours: PostgreSQL refuses some characters */
function known(id: string): string {
  if (!/^[a-z0-9]{1,32}$/.test(id)) throw new PlacementNotFoundError();
  return id;
}

/** @throws QuestionNotAskedError for an option that the question does not have */
function answerTo(item: BankItem, option: number | null, seed: string): StoredAnswer {
  const chosen = option === null ? null : optionOrder(item, seed)[option];
  if (chosen === undefined) {
    throw new QuestionNotAskedError('This question has no such option. Choose among those that are shown.');
  }
  const outcome = chosen === null ? 'unknown' : item.options[chosen]?.correct === true ? 'right' : 'wrong';
  return { id: item.id, tier: item.tier, ...parametersOf(item), chosen, outcome };
}

/** @throws QuestionNotAskedError when it was answered otherwise: an answer is not taken back */
function wasAnsweredSo(placement: PlacementEntity, bank: Bank, question: string, option: number | null): boolean {
  const given = placement.answers.find(({ id }) => shownId(id, placement.seed) === question);
  if (given === undefined) return false;
  const item = bank.find(given.id);
  const chosen = option === null || item === undefined ? null : optionOrder(item, placement.seed)[option];
  if (chosen !== given.chosen) {
    throw new QuestionNotAskedError('This question was answered already. Load the test again to see the next one.');
  }
  return true;
}
