import type { Tier } from '@kubedan/contracts';
import { useText } from '../i18n';
import { TierStone } from './tier-stone';
import styles from './tier-name.module.css';

export function TierName({ tier }: { tier: Tier }) {
  const { t } = useText();
  return (
    <span className={styles.name} data-tier={tier}>
      <TierStone tier={tier} size={18} />
      {t(`tier.${tier}`)}
    </span>
  );
}
