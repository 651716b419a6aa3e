import { ArrowRight } from 'lucide-react';
import { Link } from 'react-router';
import { ProblemNotice } from '../../../components/problem-notice';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { useLabs, useOpenSessions, useStartSession } from '../../labs';
import { filterLabs } from '../../labs/filter-labs';
import { SelfTestCard } from '../../placement';
import { SetupProgress, useSetup } from '../../setup';
import { BoardPicture } from './board-picture';
import { Climb } from './climb';
import styles from './home-page.module.css';

export function HomePage() {
  const { t, local } = useText();
  useTitle(undefined);
  const labs = useLabs();
  const setup = useSetup();
  const start = useStartSession();
  const [open] = useOpenSessions();
  const [first] = filterLabs(labs.data?.labs ?? [], { tier: '', skill: '', words: '' });
  const isNew = labs.data?.labs.every((lab) => lab.best.state === 'none') ?? true;
  return (
    <>
      <section className={styles.hero}>
        <div className={`wrap ${styles.heroInner}`}>
          <div className={styles.words}>
            <h1>{t('home.title')}</h1>
            <p>{t('home.lead')}</p>
            <div className={styles.actions}>
              {isNew && !open && first && (
                <button
                  type="button"
                  className="button primary large"
                  disabled={start.isPending}
                  onClick={() => start.mutate(first.name)}
                >
                  {start.isPending ? t('labs.starting') : t('home.start')}
                </button>
              )}
              <Link to="/labs" className={isNew && !open && first ? 'button large' : 'button primary large'}>
                {t('home.browse')} <ArrowRight aria-hidden size={18} />
              </Link>
            </div>
          </div>
          <BoardPicture />
        </div>
      </section>
      <div className={`wrap ${styles.rest}`}>
        {open && (
          <section className={`card ${styles.continue}`} aria-labelledby="continue-title">
            <div>
              <h2 id="continue-title">{t('home.continue')}</h2>
              <p className={styles.lab}>{local(open.lab.title)}</p>
              <p className={styles.facts}>
                <TierName tier={open.lab.tier} />
                <span>{t(`session.state.${open.state}`)}</span>
                <span>{t('home.continue.points', { reached: open.points.reached, total: open.points.total })}</span>
              </p>
            </div>
            <Link
              to={`/sessions/${open.id}`}
              className="button primary large"
              aria-label={t('labs.continue.label', { title: local(open.lab.title) })}
            >
              {t('home.continue.action')} <ArrowRight aria-hidden size={18} />
            </Link>
          </section>
        )}
        {setup && !setup.ready && <SetupProgress setup={setup} />}
        {labs.isError && <ProblemNotice error={labs.error} onRetry={() => void labs.refetch()} />}
        <SelfTestCard />
        <Climb labs={labs.data?.labs} />
        <section className={styles.how} aria-labelledby="how-title">
          <h2 id="how-title">{t('home.how')}</h2>
          <ol>
            {[1, 2, 3].map((step) => (
              <li key={step}>
                <h3>{t(`home.how.${step}.title`)}</h3>
                <p>{t(`home.how.${step}.text`)}</p>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </>
  );
}
