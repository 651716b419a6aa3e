import { type PlacementLevel, tiers } from '@kubedan/contracts';
import { useText } from '../../../i18n';
import { curveOver, placeOnScale } from '../scale';
import styles from './bell-picture.module.css';

const width = 400;
const height = 120;

/** What the answers allow: a bell over the four tiers, with each tier's probability under it. */
export function BellPicture({ level }: { level: PlacementLevel }) {
  const { t } = useText();
  const points = curveOver(level).map(
    ({ x, y }) => `${(x * width).toFixed(1)},${(height - y * (height - 14)).toFixed(1)}`,
  );
  const top = placeOnScale(level.ability) * width;
  return (
    <figure className={styles.figure}>
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true" preserveAspectRatio="none">
        {tiers.map((tier, index) => (
          <rect
            key={tier}
            x={(index * width) / 4}
            width={width / 4}
            height={height}
            fill={`var(--${tier})`}
            opacity={tier === level.tier ? 0.2 : 0.07}
          />
        ))}
        <polygon
          points={`0,${height} ${points.join(' ')} ${width},${height}`}
          fill={`var(--${level.tier})`}
          opacity=".3"
        />
        <polyline
          points={points.join(' ')}
          fill="none"
          stroke={`var(--${level.tier})`}
          strokeWidth="2.5"
          vectorEffect="non-scaling-stroke"
        />
        <path
          d={`M${top} 14V${height}`}
          stroke={`var(--${level.tier})`}
          strokeWidth="1.5"
          strokeDasharray="3 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption>
        <span className="visually-hidden">{t('selfTest.bell')}</span>
        <ul className={styles.tiers}>
          {tiers.map((tier) => (
            <li key={tier} data-tier={tier} data-own={tier === level.tier}>
              <b>{t(`tier.${tier}`)}</b> <span>{percentText(level.probabilities[tier])}</span>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** Nothing is impossible after fifteen questions: what rounds to nothing is said to be little. */
function percentText(probability: number): string {
  return probability < 0.01 ? '< 1%' : `${Math.round(probability * 100)}%`;
}
