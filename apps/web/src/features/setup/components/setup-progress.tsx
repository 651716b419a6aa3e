import type { SetupItem, SetupView } from '@kubedan/contracts';
import { CircleAlert, CircleCheck, Circle, LoaderCircle } from 'lucide-react';
import { Meter } from '../../../components/meter';
import { useText } from '../../../i18n';
import { spanText } from '../../../lib/time';
import styles from './setup-progress.module.css';

/** What is still being fetched or built before the first cluster, how far, and how long still. */
export function SetupProgress({ setup }: { setup: SetupView }) {
  const { t, local } = useText();
  const total = setup.items.length;
  const share = total === 0 ? undefined : setup.items.reduce((sum, item) => sum + shareOf(item), 0) / total;
  return (
    <section className={`card ${styles.card}`} aria-labelledby="setup-title">
      <div className={styles.head}>
        <h2 id="setup-title">{setup.failed ? t('setup.failed') : t('setup.title')}</h2>
        {setup.secondsLeft !== undefined && !setup.failed && (
          <span className="chip">{t('setup.left', { time: spanText(setup.secondsLeft * 1000, t) })}</span>
        )}
      </div>
      <p className={styles.text}>{setup.failed ? local(setup.failed) : t('setup.text')}</p>
      {!setup.failed && <Meter {...(share === undefined ? {} : { value: share })} label={t('setup.title')} />}
      <ul className={styles.items}>
        {setup.items.map((item) => (
          <Item key={item.name} item={item} />
        ))}
      </ul>
    </section>
  );
}

function shareOf(item: SetupItem): number {
  if (item.phase === 'ready') return 1;
  if (item.done === undefined || item.total === undefined || item.total === 0) return 0;
  return Math.min(0.99, item.done / item.total);
}

function Item({ item }: { item: SetupItem }) {
  const { t } = useText();
  return (
    <li className={styles.item} data-phase={item.phase}>
      <Icon phase={item.phase} />
      <span className={styles.name}>{item.name}</span>
      <span className={styles.phase}>
        {t(`setup.phase.${item.phase}`)}
        {item.phase !== 'ready' && amount(item, t)}
        {item.phase === 'failed' && item.message !== undefined && `: ${item.message}`}
      </span>
    </li>
  );
}

function amount(item: SetupItem, t: (key: string, values?: Record<string, unknown>) => string): string {
  if (item.done === undefined || item.unit === undefined) return '';
  const scale = (value: number): string => (item.unit === 'bytes' ? (value / 1e6).toFixed(0) : String(value));
  const key = item.total === undefined ? `setup.${item.unit}Only` : `setup.${item.unit}`;
  return ` · ${t(key, { done: scale(item.done), total: scale(item.total ?? 0) })}`;
}

function Icon({ phase }: { phase: SetupItem['phase'] }) {
  if (phase === 'ready') return <CircleCheck aria-hidden size={17} />;
  if (phase === 'failed') return <CircleAlert aria-hidden size={17} />;
  if (phase === 'waiting') return <Circle aria-hidden size={17} />;
  return <LoaderCircle aria-hidden size={17} className="spin" />;
}
