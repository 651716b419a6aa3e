import type { LabEvidence, Profile } from '@kubedan/contracts';
import { RotateCcw } from 'lucide-react';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import { useNow } from '../../../lib/time';
import { StartLab } from './start-lab';
import styles from './retests.module.css';

const day = 86_400_000;

/** Labs that want to be shown again on a fresh seed; nothing when there are none. */
export function Retests({ profile }: { profile: Profile }) {
  const { t } = useText();
  const labs = profile.retests.flatMap((name) => profile.labs.find((lab) => lab.name === name) ?? []);
  if (labs.length === 0) return null;
  return (
    <section className={`card ${styles.card}`} aria-labelledby="profile-retests">
      <h2 id="profile-retests">
        <RotateCcw aria-hidden size={20} /> {t('profile.retests')}
      </h2>
      <p>{t('profile.retests.text')}</p>
      <ul>
        {labs.map((lab) => (
          <li key={lab.name}>
            <TierName tier={lab.tier} />
            <StartLab lab={lab} />
            <Left lab={lab} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Left({ lab }: { lab: LabEvidence }) {
  const { t } = useText();
  const now = useNow(60_000);
  if (lab.state === 'lapsed') return <span className={styles.left}>{t('profile.lapsed')}</span>;
  const days = Math.max(1, Math.ceil((Date.parse(lab.lapsesAt ?? '') - now) / day));
  return <span className={styles.left}>{t('profile.daysLeft', { count: days })}</span>;
}
