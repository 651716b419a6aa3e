import type { AnsweredQuestion, PlacementQuestion, PlacementSummary, PlacementView } from '@kubedan/contracts';
import { type Bank, type BankItem, mostQuestions, nextItem, optionOrder } from '@kubedan/placement';
import { createHash } from 'node:crypto';
import type { PlacementEntity, StoredAnswer } from './placement.entity.js';

/** @returns the question that waits, or, where a newer bank has it no more, another; undefined when the test is over */
export function currentItem(placement: PlacementEntity, bank: Bank): BankItem | undefined {
  if (placement.state !== 'active') return undefined;
  return (
    (placement.current === null ? undefined : bank.find(placement.current)) ??
    nextItem(bank, placement.audience, placement.answers, placement.seed)
  );
}

export function summaryOf(placement: PlacementEntity): PlacementSummary {
  const { id, audience, state, answers, createdAt, finishedAt, result } = placement;
  return {
    id,
    audience,
    state,
    answers: answers.length,
    createdAt: createdAt.toISOString(),
    ...(finishedAt === null ? {} : { finishedAt: finishedAt.toISOString() }),
    ...(result === null ? {} : { result }),
  };
}

/** What a person sees of a test of theirs: what is right, only of questions that are answered. */
export function viewOf(placement: PlacementEntity, bank: Bank): PlacementView {
  const item = currentItem(placement, bank);
  return {
    ...summaryOf(placement),
    most: mostQuestions,
    ...(item === undefined ? {} : { question: questionOf(item, placement.seed) }),
    answered: placement.answers.flatMap((answer) => answeredOf(answer, bank, placement.seed)),
  };
}

/**
 * What a question is called outside: the bank's own names are for its authors and give answers away ("deleted-in-a-later-layer").
 * @returns 16 hex digits, others in each test
 */
export function shownId(id: string, seed: string): string {
  return createHash('sha256').update(`${seed}\0shown\0${id}`).digest('hex').slice(0, 16);
}

function questionOf(item: BankItem, seed: string): PlacementQuestion {
  return {
    id: shownId(item.id, seed),
    skill: item.skill,
    text: item.question,
    options: optionOrder(item, seed).map((place) => item.options[place]!.text),
  };
}

/** Nothing for a question that the bank has no more: its answer counts, but cannot be read again. */
function answeredOf(answer: StoredAnswer, bank: Bank, seed: string): AnsweredQuestion[] {
  const item = bank.find(answer.id);
  if (item === undefined) return [];
  const order = optionOrder(item, seed);
  const right = item.options.findIndex((option) => option.correct);
  const shownAt = (place: number): number => order.indexOf(place);
  return [
    {
      ...questionOf(item, seed),
      tier: item.tier,
      chosen: answer.chosen === null || !order.includes(answer.chosen) ? null : shownAt(answer.chosen),
      right: shownAt(right),
      explanation: item.explanation,
    },
  ];
}
