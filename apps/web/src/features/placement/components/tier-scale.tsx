import { tiers } from '@kubedan/contracts';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import styles from './tier-scale.module.css';

/** The four tiers as the self-test tells them. */
export function TierScale() {
  const { t } = useText();
  return (
    <ol className={styles.scale}>
      {tiers.map((tier) => (
        <li key={tier} data-tier={tier}>
          <TierStone tier={tier} size={34} />
          <div>
            <b>{t(`tier.${tier}`)}</b>
            <span>{t(`selfTest.tier.${tier}`)}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}
