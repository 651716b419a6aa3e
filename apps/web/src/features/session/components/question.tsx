import type { LocalizedText, SessionView, VerdictState } from '@kubedan/contracts';
import { Lightbulb } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { Inline } from '../../../components/markdown';
import { useText } from '../../../i18n';
import { useSessionActions } from '../api/use-session-actions';
import styles from './question.module.css';

type QuestionView = NonNullable<SessionView['tasks'][number]['checks'][number]['question']>;

export interface QuestionProps {
  session: SessionView;
  checkId: string;
  question: QuestionView;
  state: VerdictState;
  /** What the grader says of the answer. */
  message: LocalizedText | undefined;
}

export function Question({ session, checkId, question, state, message }: QuestionProps) {
  const { t, local } = useText();
  const { act, pending } = useSessionActions(session.id);
  const answered = question.answered.join(' ');
  const [chosen, setChosen] = useState<string[]>(question.answered);
  // An answer given in another window is shown here too.
  useEffect(() => setChosen(answered === '' ? [] : answered.split(' ')), [answered]);
  const isOne = question.choose === 'one';
  const isOpen = session.state === 'active' && state !== 'pass';
  const isChanged = [...chosen].sort().join(' ') !== answered.split(' ').sort().join(' ');
  const choose = (id: string, isOn: boolean): void =>
    setChosen((old) => (isOne ? [id] : isOn ? [...old, id] : old.filter((other) => other !== id)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void act({ action: 'answer', body: { checkId, options: chosen } });
  };
  return (
    <form onSubmit={submit} className={styles.question}>
      <fieldset disabled={!isOpen || pending !== undefined}>
        <legend>
          <span className="visually-hidden">{local(question.question)} </span>
          {t(isOne ? 'ask.one' : 'ask.several')}
        </legend>
        {question.options.map((option) => (
          <label key={option.id} className={styles.option} data-chosen={chosen.includes(option.id)}>
            <input
              type={isOne ? 'radio' : 'checkbox'}
              name={checkId}
              value={option.id}
              checked={chosen.includes(option.id)}
              onChange={(event) => choose(option.id, event.target.checked)}
            />
            <span>
              <Inline text={local(option.text)} />
            </span>
          </label>
        ))}
      </fieldset>
      <div role="status" className={styles.result}>
        {state === 'fail' && question.answered.length > 0 && !isChanged && (
          <p className={styles.wrong}>{message ? local(message) : t('ask.wrong')}</p>
        )}
        {question.explanation && (
          <div className={styles.why}>
            <Lightbulb aria-hidden size={17} />
            <p>
              <b>{t('ask.explanation')}:</b> <Inline text={local(question.explanation)} />
            </p>
          </div>
        )}
      </div>
      {isOpen && (
        <button
          type="submit"
          className="button small"
          disabled={chosen.length === 0 || !isChanged || pending !== undefined}
        >
          {t('ask.answer')}
        </button>
      )}
    </form>
  );
}
