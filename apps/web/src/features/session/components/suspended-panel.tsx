import type { SessionView } from '@kubedan/contracts';
import { LoaderCircle, Moon, Play } from 'lucide-react';
import { useText } from '../../../i18n';
import { useSessionActions } from '../api/use-session-actions';
import styles from './panels.module.css';

export function SuspendedPanel({ session }: { session: SessionView }) {
  const { t, local } = useText();
  const { act, pending } = useSessionActions(session.id);
  return (
    <section className={`card ${styles.panel}`} aria-labelledby="suspended-title">
      <Moon aria-hidden size={34} className={styles.mark} />
      <h2 id="suspended-title">{t('session.suspended.title')}</h2>
      <p className={styles.text}>{t('session.suspended.text')}</p>
      {session.step && (
        <p role="status" className={styles.waking}>
          <LoaderCircle aria-hidden size={17} className="spin" />
          {local(session.step)}
        </p>
      )}
      <div className={styles.actions}>
        <button
          type="button"
          className="button primary large"
          disabled={pending !== undefined}
          onClick={() => void act({ action: 'resume' })}
        >
          <Play aria-hidden size={18} /> {t('session.resume')}
        </button>
      </div>
    </section>
  );
}
