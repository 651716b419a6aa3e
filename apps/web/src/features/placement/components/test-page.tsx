import { type AnsweredQuestion, type PlacementView } from '@kubedan/contracts';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { usePlacement } from '../api/use-placement';
import { QuestionCard } from './question-card';
import { ResultView } from './result-view';
import styles from './test-page.module.css';

/** One self-test: its questions one by one, then where it places one. */
export function TestPage() {
  const { t } = useText();
  useTitle(t('selfTest.title'));
  const { id = '' } = useParams();
  const placement = usePlacement(id);
  if (placement.isPending) return <Loading />;
  if (placement.data === undefined) {
    return (
      <div className={`wrap ${styles.page}`}>
        <ProblemNotice error={placement.error} onRetry={() => void placement.refetch()} />
        <Link to="/self-test" className="button">
          {t('selfTest.back')}
        </Link>
      </div>
    );
  }
  return <Test key={id} placement={placement.data} />;
}

function Test({ placement }: { placement: PlacementView }) {
  const { t } = useText();
  /** The question just answered, until its explanation is read. */
  const [read, setRead] = useState<AnsweredQuestion>();
  const { question, answered } = placement;
  if (read !== undefined) {
    return (
      <QuestionCard
        key={read.id}
        placement={placement}
        question={read}
        answer={read}
        number={answered.findIndex(({ id }) => id === read.id) + 1}
        onNext={() => setRead(undefined)}
      />
    );
  }
  if (placement.state === 'finished') return <ResultView placement={placement} />;
  if (question === undefined) {
    return (
      <div className={`wrap ${styles.page}`}>
        <h1>{t('selfTest.abandoned')}</h1>
        <p>{t('selfTest.abandoned.text')}</p>
        <Link to="/self-test" className="button primary">
          {t('selfTest.back')}
        </Link>
      </div>
    );
  }
  return (
    <QuestionCard
      key={question.id}
      placement={placement}
      question={question}
      number={answered.length + 1}
      onAnswered={(view) => setRead(view.answered.find(({ id }) => id === question.id))}
    />
  );
}
