import type { LocalizedText, SessionView } from '@kubedan/contracts';
import { ArrowRight, BookOpenCheck, CircleAlert } from 'lucide-react';
import { Link } from 'react-router';
import { Markdown } from '../../../components/markdown';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import { useLabs, useStartSession } from '../../labs';
import { filterLabs } from '../../labs/filter-labs';
import { Celebration } from './celebration';
import styles from './panels.module.css';

/** The end of a session: what was reached, what could come next and why it all was so, or what went wrong and what to do. */
export function EndedPanel({ session, celebrate }: { session: SessionView; celebrate: boolean }) {
  return session.state === 'failed' ? (
    <Failed session={session} />
  ) : (
    <div className={styles.stack}>
      <Finished session={session} celebrate={celebrate} />
      {session.debrief && <Debrief text={session.debrief} />}
    </div>
  );
}

function Failed({ session }: { session: SessionView }) {
  const { t, local } = useText();
  const start = useStartSession();
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="failed-title">
      <CircleAlert aria-hidden size={34} className={styles.bad} />
      <h2 id="failed-title">{t('session.failed.title')}</h2>
      <p className={styles.reason} role="alert">
        {session.reason ? local(session.reason) : t('session.failed.unknown')}
      </p>
      <p className={styles.text}>{t('session.failed.todo')}</p>
      <div className={styles.actions}>
        <button
          type="button"
          className="button primary large"
          disabled={start.isPending}
          onClick={() => start.mutate(session.lab.name)}
        >
          {t('session.failed.again')}
        </button>
        <Link to="/labs" className="button large">
          {t('session.finished.labs')}
        </Link>
      </div>
    </section>
  );
}

function Debrief({ text }: { text: LocalizedText }) {
  const { t, local } = useText();
  return (
    <section className={`card ${styles.panel} ${styles.debrief}`} aria-labelledby="debrief-title">
      <h2 id="debrief-title">
        <BookOpenCheck aria-hidden size={24} className={styles.mark} /> {t('session.debrief')}
      </h2>
      <Markdown text={local(text)} />
    </section>
  );
}

function Finished({ session, celebrate }: { session: SessionView; celebrate: boolean }) {
  const { t, local } = useText();
  const start = useStartSession();
  const labs = useLabs();
  const outcome = session.outcome ?? 'submitted';
  const isPassed = outcome === 'passed';
  const next = filterLabs(labs.data?.labs ?? [], { tier: '', skill: '', words: '' }).find(
    (lab) => lab.name !== session.lab.name && lab.best.state !== 'passed',
  );
  return (
    <section
      className={`card ${styles.panel} ${styles.finished}`}
      data-passed={isPassed}
      aria-labelledby="finished-title"
    >
      {isPassed && celebrate && <Celebration tier={session.lab.tier} />}
      <span className={styles.drop}>
        <TierStone tier={session.lab.tier} size={84} empty={!isPassed} />
      </span>
      <div role="status">
        <h2 id="finished-title">{t(`session.finished.${outcome}`)}</h2>
      </div>
      <p className={styles.text}>{t(`session.finished.${outcome}.text`)}</p>
      <p className={styles.score}>{t('session.points.of', session.points)}</p>
      {session.reason && <p className={styles.note}>{local(session.reason)}</p>}
      <div className={styles.actions}>
        {isPassed && next && (
          <button
            type="button"
            className="button primary large"
            disabled={start.isPending}
            onClick={() => start.mutate(next.name)}
          >
            {t('session.finished.next', { title: local(next.title) })} <ArrowRight aria-hidden size={18} />
          </button>
        )}
        <button
          type="button"
          // Until the labs have arrived nobody knows whether another lab is the main thing to do.
          className={isPassed && (next || labs.isPending) ? 'button large' : 'button primary large'}
          disabled={start.isPending}
          onClick={() => start.mutate(session.lab.name)}
        >
          {t('session.finished.again')}
        </button>
        <Link to="/labs" className="button quiet large">
          {t('session.finished.labs')}
        </Link>
      </div>
    </section>
  );
}
