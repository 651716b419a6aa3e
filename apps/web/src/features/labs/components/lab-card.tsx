import type { LabSummary } from '@kubedan/contracts';
import { ArrowRight, CircleCheck, CircleDashed, Clock, ListChecks } from 'lucide-react';
import { Link } from 'react-router';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import { useOpenSessions } from '../api/use-open-sessions';
import { useStartSession } from '../api/use-start-session';
import styles from './lab-card.module.css';

export function LabCard({ lab }: { lab: LabSummary }) {
  const { t, local } = useText();
  const start = useStartSession();
  const open = useOpenSessions().find((session) => session.lab.name === lab.name);
  const title = local(lab.title);
  const isAgain = lab.best.state !== 'none';
  return (
    <article className={`card ${styles.card}`} data-tier={lab.tier}>
      <div className={styles.top}>
        <TierName tier={lab.tier} />
        <ul className={styles.skills}>
          {lab.skills.map((skill) => (
            <li key={skill} className="chip">
              {t(`skill.${skill}`)}
            </li>
          ))}
        </ul>
      </div>
      <h2>{title}</h2>
      {lab.summary && <p className={styles.summary}>{local(lab.summary)}</p>}
      <ul className={styles.facts}>
        <li>
          <Clock aria-hidden size={15} /> {t('labs.minutes', { count: lab.minutes })}
        </li>
        <li>
          <ListChecks aria-hidden size={15} /> {t('labs.tasks', { count: lab.tasks })}
        </li>
        <li>{t('labs.points', { count: lab.points })}</li>
      </ul>
      <div className={styles.bottom}>
        <span className={styles.best} data-best={lab.best.state}>
          {lab.best.state === 'passed' ? <CircleCheck aria-hidden size={17} /> : <CircleDashed aria-hidden size={17} />}
          {t(`labs.best.${lab.best.state}`, { points: lab.best.points, total: lab.points })}
        </span>
        {open ? (
          <Link to={`/sessions/${open.id}`} className="button primary" aria-label={t('labs.continue.label', { title })}>
            {t('labs.continue')} <ArrowRight aria-hidden size={17} />
          </Link>
        ) : (
          <button
            type="button"
            className={isAgain ? 'button' : 'button primary'}
            disabled={start.isPending}
            onClick={() => start.mutate(lab.name)}
            aria-label={t(isAgain ? 'labs.again.label' : 'labs.start.label', { title })}
          >
            {start.isPending ? t('labs.starting') : t(isAgain ? 'labs.again' : 'labs.start')}
          </button>
        )}
      </div>
    </article>
  );
}
