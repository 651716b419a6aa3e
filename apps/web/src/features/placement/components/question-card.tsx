import type { AnsweredQuestion, LocalizedText, PlacementQuestion, PlacementView } from '@kubedan/contracts';
import { ArrowRight, Check, CircleHelp, Lightbulb, X } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { Inline } from '../../../components/markdown';
import { useText } from '../../../i18n';
import { useAnswer } from '../api/use-placement-actions';
import styles from './question-card.module.css';
import { StoneRow } from './stone-row';
import { useOptionKeys } from './use-option-keys';

export interface QuestionCardProps {
  placement: PlacementView;
  question: PlacementQuestion;
  /** From 1. */
  number: number;
  /** Present once the question is answered. */
  answer?: AnsweredQuestion;
  onAnswered?: (view: PlacementView) => void;
  onNext?: () => void;
}

/** One question, to be answered or to be understood. */
export function QuestionCard({ placement, question, number, answer, onAnswered, onNext }: QuestionCardProps) {
  const { t, local } = useText();
  const send = useAnswer(placement.id);
  /** A place among the options, or null for "I do not know". */
  const [chosen, setChosen] = useState<number | null | undefined>(answer?.chosen);
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isOpen = answer === undefined;
  const isLast = placement.state !== 'active';
  // A new question is read from its beginning; the first one comes with the page, which has the focus already.
  useEffect(() => {
    if (isOpen && number > 1) heading.current?.focus();
  }, [isOpen, number]);
  const choose = (option: number | null): void => {
    if (isOpen && !send.isPending) setChosen(option);
  };
  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (chosen === undefined || send.isPending || !isOpen) return;
    send.mutate({ question: question.id, option: chosen }, { onSuccess: (view) => onAnswered?.(view) });
  };
  useOptionKeys({
    count: question.options.length,
    onChoose: choose,
    onEnter: () => (isOpen ? submit() : onNext?.()),
  });
  const options: { value: number | null; key: string; text: LocalizedText | undefined }[] = [
    ...question.options.map((text, index) => ({ value: index, key: String(index + 1), text })),
    { value: null, key: '0', text: undefined },
  ];
  return (
    <div className={`wrap ${styles.page}`}>
      <div className={styles.progress}>
        <p>
          <b>{t('selfTest.number', { number })}</b> {t('selfTest.most', { most: placement.most })}
        </p>
        <Link to="/self-test" className="button quiet small">
          {t('selfTest.pause')}
        </Link>
        <StoneRow placement={placement} current={number} />
      </div>
      <form ref={form} className={`card ${styles.card}`} onSubmit={submit}>
        <span className="chip">{t(`skill.${question.skill}`)}</span>
        <h1 ref={heading} id="question" tabIndex={-1} className={styles.question}>
          <Inline text={local(question.text)} />
        </h1>
        <div role="radiogroup" aria-labelledby="question" className={styles.options}>
          {options.map(({ value, key, text }) => (
            <Option
              key={key}
              shortcut={key}
              text={text === undefined ? t('selfTest.unknown') : local(text)}
              isQuiet={text === undefined}
              isChosen={chosen === value}
              mark={answer === undefined ? undefined : markOf(answer, value)}
              isOpen={isOpen && !send.isPending}
              onChoose={() => choose(value)}
            />
          ))}
        </div>
        <div role="status" className={styles.status}>
          {answer && <Explanation answer={answer} />}
        </div>
        <div className={styles.actions}>
          {isOpen ? (
            <button type="submit" className="button primary large" disabled={chosen === undefined || send.isPending}>
              {t(send.isPending ? 'selfTest.sending' : 'selfTest.answer')}
            </button>
          ) : (
            <button type="button" className="button primary large" onClick={onNext} autoFocus>
              {t(isLast ? 'selfTest.seeResult' : 'selfTest.next')} <ArrowRight aria-hidden size={18} />
            </button>
          )}
          <p className={styles.keys}>
            {t(isOpen ? 'selfTest.keys' : 'selfTest.keys.next', { last: question.options.length })}
          </p>
        </div>
      </form>
    </div>
  );
}

type Mark = 'right' | 'wrong' | 'admitted' | 'other';

function markOf({ right, chosen }: AnsweredQuestion, value: number | null): Mark {
  if (value === right) return 'right';
  if (value !== chosen) return 'other';
  return value === null ? 'admitted' : 'wrong';
}

interface OptionProps {
  shortcut: string;
  text: string;
  isQuiet: boolean;
  isChosen: boolean;
  mark: Mark | undefined;
  isOpen: boolean;
  onChoose: () => void;
}

const markIcons = { right: Check, wrong: X, admitted: CircleHelp };

function Option({ shortcut, text, isQuiet, isChosen, mark, isOpen, onChoose }: OptionProps) {
  const { t } = useText();
  const Icon = mark === undefined || mark === 'other' ? undefined : markIcons[mark];
  return (
    <label className={styles.option} data-chosen={isChosen} data-mark={mark} data-quiet={isQuiet} data-open={isOpen}>
      <input
        type="radio"
        name="option"
        className="visually-hidden"
        checked={isChosen}
        // Disabled ones could not be read any more by those who go through them with the keyboard.
        aria-disabled={!isOpen}
        onChange={onChoose}
      />
      <span className={styles.key} aria-hidden="true">
        {Icon === undefined ? shortcut : <Icon size={17} strokeWidth={2.6} />}
      </span>
      <span className={styles.text}>
        <Inline text={text} />
        {mark !== undefined && mark !== 'other' && (
          <span className={styles.mark}>
            {mark === 'right'
              ? t(isChosen ? 'selfTest.mark.rightChosen' : 'selfTest.mark.right')
              : t(`selfTest.mark.${mark}`)}
          </span>
        )}
      </span>
    </label>
  );
}

function Explanation({ answer }: { answer: AnsweredQuestion }) {
  const { t, local } = useText();
  const outcome = answer.chosen === null ? 'unknown' : answer.chosen === answer.right ? 'right' : 'wrong';
  return (
    <div className={styles.explanation} data-outcome={outcome}>
      <Lightbulb aria-hidden size={20} />
      <div>
        <p className={styles.outcome}>{t(`selfTest.outcome.${outcome}`)}</p>
        <p>
          <Inline text={local(answer.explanation)} />
        </p>
      </div>
    </div>
  );
}
