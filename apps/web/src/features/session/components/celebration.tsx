import type { Tier } from '@kubedan/contracts';
import type { CSSProperties } from 'react';
import { TierStone } from '../../../components/tier-stone';
import { useMedia } from '../../../lib/media';
import styles from './celebration.module.css';

const count = 18;

/** Stones fly up from the one that was placed, and fall; nothing moves for who asked for less motion. */
export function Celebration({ tier }: { tier: Tier }) {
  const isCalm = useMedia('(prefers-reduced-motion: reduce)');
  if (isCalm) return null;
  return (
    <div className={styles.burst} aria-hidden="true">
      {Array.from({ length: count }, (_, index) => {
        const angle = (index / count) * 2 * Math.PI;
        const reach = 130 + (index % 4) * 45;
        const style = {
          '--x': `${Math.round(Math.cos(angle) * reach)}px`,
          '--y': `${Math.round(Math.sin(angle) * reach * 0.7 - 90)}px`,
          '--delay': `${(index % 6) * 45}ms`,
        } as CSSProperties;
        return (
          <span key={index} style={style}>
            <TierStone tier={tier} size={12 + (index % 3) * 6} />
          </span>
        );
      })}
    </div>
  );
}
