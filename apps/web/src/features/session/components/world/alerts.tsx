import type { WorldPicture } from '@kubedan/contracts';
import { BellRing } from 'lucide-react';
import { useText } from '../../../../i18n';
import { clockText } from '../../../../lib/time';
import styles from './world-panel.module.css';

/** Alerts that fire, one below the other; whoever listens is told when one comes. */
export function Alerts({ alerts }: { alerts: WorldPicture['alerts'] }) {
  const { t } = useText();
  const firing = alerts.filter(({ state }) => state === 'firing');
  return (
    <div role="status">
      {firing.length > 0 && (
        <ul className={styles.alerts}>
          {firing.map(({ name, summary, labels, activeAtMs }) => (
            <li key={`${name} ${JSON.stringify(labels)}`}>
              <BellRing aria-hidden size={16} />
              <b>{name}</b>
              <span>{t('world.alert.since', { time: clockText(activeAtMs) })}</span>
              {summary && <span>{summary}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
