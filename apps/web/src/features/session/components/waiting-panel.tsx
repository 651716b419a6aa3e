import type { SessionView } from '@kubedan/contracts';
import { Check, LoaderCircle } from 'lucide-react';
import { useText } from '../../../i18n';
import { spanText, useNow } from '../../../lib/time';
import { SetupProgress, useSetup } from '../../setup';
import styles from './panels.module.css';

const steps = ['queued', 'provisioning', 'preparing', 'active'] as const;

/** While the cluster comes: which step, what is going on in it, and since when. */
export function WaitingPanel({ session }: { session: SessionView }) {
  const { t, local } = useText();
  const setup = useSetup();
  const elapsed = useNow(1000) - new Date(session.createdAt).getTime();
  const now = steps.findIndex((step) => step === session.state);
  return (
    <div className={styles.stack}>
      <section className={`card ${styles.panel}`} aria-labelledby="waiting-title">
        <div role="status">
          <h2 id="waiting-title">{t(`session.state.${session.state}`)}</h2>
        </div>
        <ol className={styles.steps} aria-label={t('session.steps')}>
          {steps.map((step, index) => (
            <li key={step} data-at={index < now ? 'done' : index === now ? 'now' : 'next'}>
              <span className={styles.stone} aria-hidden="true">
                {index < now && <Check size={15} strokeWidth={3} />}
                {index === now && <LoaderCircle size={17} className="spin" />}
              </span>
              <div>
                <p>
                  {t(`session.waiting.${step}`)}
                  <span className="visually-hidden">
                    {' '}
                    ({t(`session.step.${index < now ? 'done' : index === now ? 'now' : 'next'}`)})
                  </span>
                </p>
                {index === now && session.step && <p className={styles.step}>{local(session.step)}</p>}
              </div>
            </li>
          ))}
        </ol>
        <p className={styles.note}>
          {t('session.waiting.elapsed', { time: spanText(elapsed, t) })} · {t('session.waiting.read')}
        </p>
      </section>
      {setup && !setup.ready && <SetupProgress setup={setup} />}
    </div>
  );
}
