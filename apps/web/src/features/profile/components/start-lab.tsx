import type { LabEvidence } from '@kubedan/contracts';
import { ArrowRight } from 'lucide-react';
import { Link } from 'react-router';
import { useText } from '../../../i18n';
import { useOpenSessions, useStartSession } from '../../labs';
import styles from './start-lab.module.css';

/** A lab's title that starts it, on a fresh seed, or leads to where it is being worked on. */
export function StartLab({ lab }: { lab: LabEvidence }) {
  const { t, local } = useText();
  const start = useStartSession();
  const open = useOpenSessions().find((session) => session.lab.name === lab.name);
  const title = local(lab.title);
  if (open) {
    return (
      <Link to={`/sessions/${open.id}`} className={styles.start} aria-label={t('labs.continue.label', { title })}>
        {title} <ArrowRight aria-hidden size={15} />
      </Link>
    );
  }
  return (
    <button
      type="button"
      className={styles.start}
      disabled={start.isPending}
      onClick={() => start.mutate(lab.name)}
      aria-label={t(lab.state === 'none' ? 'labs.start.label' : 'labs.again.label', { title })}
    >
      {title} <ArrowRight aria-hidden size={15} />
    </button>
  );
}
