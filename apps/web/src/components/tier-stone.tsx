import type { Tier } from '@kubedan/contracts';
import { useId } from 'react';

/** A Go stone in the tier's own material. Decorative: the tier's name always stands beside it. */
export function TierStone({ tier, size = 40, empty = false }: { tier: Tier; size?: number; empty?: boolean }) {
  const id = useId();
  if (empty) {
    return (
      <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="20" fill="none" stroke={`var(--${tier})`} strokeWidth="2" strokeDasharray="4 5" />
      </svg>
    );
  }
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <defs>
        <radialGradient id={id} cx="36%" cy="30%" r="75%">
          <stop offset="0" stopColor={`var(--${tier}-a)`} />
          <stop offset="1" stopColor={`var(--${tier}-b)`} />
        </radialGradient>
      </defs>
      <ellipse cx="25" cy="27.5" rx="20" ry="19" fill="#000" opacity=".16" />
      <circle cx="24" cy="24" r="20" fill={`url(#${id})`} />
      {tier === 'diamond' && (
        <path
          d="M24 5 35 16 24 43 13 16ZM13 16h22M24 5v38M5 21l8-5M43 21l-8-5"
          fill="none"
          stroke="#fff"
          strokeOpacity=".75"
          strokeWidth="1.2"
        />
      )}
      {tier === 'gold' && (
        <circle cx="24" cy="24" r="15.5" fill="none" stroke="#fff" strokeOpacity=".5" strokeWidth="1.2" />
      )}
      {tier === 'silver' && (
        <path d="M9 29c8-3 22-3 30 0" fill="none" stroke="#fff" strokeOpacity=".65" strokeWidth="1.4" />
      )}
      <ellipse cx="17.5" cy="14" rx="6.5" ry="4" fill="#fff" opacity=".55" transform="rotate(-28 17.5 14)" />
    </svg>
  );
}
