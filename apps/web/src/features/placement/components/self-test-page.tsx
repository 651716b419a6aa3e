import { type Audience, audiences, type PlacementSummary } from '@kubedan/contracts';
import { ArrowRight, CircleHelp, Clock, Lock, Route, RotateCcw } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { Confirm } from '../../../components/dialog';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { useBegin, useGiveUp } from '../api/use-placement-actions';
import { usePlacements } from '../api/use-placements';
import { History } from './history';
import styles from './self-test-page.module.css';
import { TierScale } from './tier-scale';

/** Where a self-test begins, goes on, or is looked back at. */
export function SelfTestPage() {
  const { t } = useText();
  useTitle(t('selfTest.title'));
  const placements = usePlacements();
  const open = placements.data?.find(({ state }) => state === 'active');
  const finished = placements.data?.filter(({ state }) => state === 'finished') ?? [];
  return (
    <div className={`wrap ${styles.page}`}>
      <header className={styles.head}>
        <h1>{t('selfTest.title')}</h1>
        <p>{t('selfTest.lead')}</p>
      </header>
      <div className={styles.columns}>
        <div className={styles.main}>
          {placements.isPending && <Loading />}
          {placements.isError && <ProblemNotice error={placements.error} onRetry={() => void placements.refetch()} />}
          {placements.data && (open ? <Open placement={open} /> : <Begin isFirst={finished.length === 0} />)}
          {finished.length > 0 && <History placements={finished} />}
        </div>
        <aside className={styles.facts} aria-labelledby="self-test-facts">
          <h2 id="self-test-facts" className="visually-hidden">
            {t('selfTest.facts')}
          </h2>
          <TierScale />
          <ul className={styles.list}>
            {(
              [
                ['length', Clock],
                ['adapts', Route],
                ['honest', CircleHelp],
                ['private', Lock],
              ] as const
            ).map(([name, Icon]) => (
              <li key={name}>
                <Icon aria-hidden size={19} />
                <div>
                  <h3>{t(`selfTest.fact.${name}`)}</h3>
                  <p>{t(`selfTest.fact.${name}.text`)}</p>
                </div>
              </li>
            ))}
          </ul>
        </aside>
      </div>
    </div>
  );
}

function Begin({ isFirst }: { isFirst: boolean }) {
  const { t } = useText();
  const begin = useBegin();
  const [audience, setAudience] = useState<Audience>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (audience !== undefined) begin.mutate(audience);
  };
  return (
    <form onSubmit={submit} className={`card ${styles.begin}`}>
      <fieldset className={styles.audiences}>
        <legend>{t('selfTest.audience')}</legend>
        {audiences.toReversed().map((one) => (
          <label key={one} className={styles.audience} data-chosen={audience === one}>
            <input
              type="radio"
              name="audience"
              value={one}
              checked={audience === one}
              onChange={() => setAudience(one)}
              required
            />
            <span>
              <b>{t(`selfTest.audience.${one}`)}</b>
              <span>{t(`selfTest.audience.${one}.text`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className={styles.actions}>
        <button type="submit" className="button primary large" disabled={audience === undefined || begin.isPending}>
          {t(begin.isPending ? 'selfTest.beginning' : isFirst ? 'selfTest.begin' : 'selfTest.again')}
          <ArrowRight aria-hidden size={18} />
        </button>
        <p>{t('selfTest.begin.text')}</p>
      </div>
    </form>
  );
}

function Open({ placement }: { placement: PlacementSummary }) {
  const { t } = useText();
  const giveUp = useGiveUp();
  const [asks, setAsks] = useState(false);
  return (
    <section className={`card ${styles.open}`} aria-labelledby="self-test-open">
      <div>
        <h2 id="self-test-open">{t('selfTest.open')}</h2>
        <p>{t('selfTest.open.text', { count: placement.answers })}</p>
      </div>
      <div className={styles.actions}>
        <Link to={`/self-test/${placement.id}`} className="button primary large">
          {t('selfTest.continue')} <ArrowRight aria-hidden size={18} />
        </Link>
        <button type="button" className="button large" disabled={giveUp.isPending} onClick={() => setAsks(true)}>
          <RotateCcw aria-hidden size={17} /> {t('selfTest.over')}
        </button>
      </div>
      {asks && (
        <Confirm
          title={t('selfTest.over.title')}
          text={t('selfTest.over.text')}
          action={t('selfTest.over')}
          danger
          onConfirm={() => giveUp.mutate(placement.id)}
          onClose={() => setAsks(false)}
        />
      )}
    </section>
  );
}
