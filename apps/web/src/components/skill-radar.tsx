import { type Skill, skills, type Tier, tiers } from '@kubedan/contracts';
import { useText } from '../i18n';
import styles from './skill-radar.module.css';

const center = { x: 220, y: 190 };
const radius = 130;

interface Point {
  x: number;
  y: number;
}

/** One skill on the radar; shares are from 0 at the center to 1 at the rim, a quarter for each tier. */
export interface SkillValue {
  share: number;
  /** Where the band of uncertainty begins and ends; none when left out. */
  band?: readonly [low: number, high: number];
  /** The colour of its dot; none is drawn below bronze. */
  tier?: Tier;
}

/** @returns a place on the axis of a skill, the first straight up */
function pointAt(index: number, share: number): Point {
  const angle = (index / skills.length) * 2 * Math.PI - Math.PI / 2;
  return { x: center.x + Math.cos(angle) * share * radius, y: center.y + Math.sin(angle) * share * radius };
}
const outline = (points: Point[]): string => points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
const web = (shareOf: (skill: Skill) => number): string =>
  outline(skills.map((skill, index) => pointAt(index, shareOf(skill))));

/** The six skills as a web in which each ring is a tier. A table beside it says the same in words. */
export function SkillRadar({ values }: { values: Readonly<Record<Skill, SkillValue>> }) {
  const { t } = useText();
  const hasBand = skills.every((skill) => values[skill].band !== undefined);
  const bound = (side: 0 | 1): string => web((skill) => values[skill].band?.[side] ?? 0).replaceAll(' ', 'L');
  return (
    <svg viewBox="0 24 440 332" className={styles.chart} aria-hidden="true">
      {tiers.toReversed().map((tier) => (
        <polygon
          key={tier}
          points={web(() => (tiers.indexOf(tier) + 1) / tiers.length)}
          className={styles.ring}
          style={{ fill: `color-mix(in srgb, var(--${tier}) 9%, var(--surface))` }}
        />
      ))}
      {skills.map((skill, index) => {
        const end = pointAt(index, 1);
        return <path key={skill} d={`M${center.x} ${center.y}L${end.x} ${end.y}`} className={styles.axis} />;
      })}
      {hasBand && <path d={`M${bound(1)}ZM${bound(0)}Z`} className={styles.band} />}
      <polygon points={web((skill) => values[skill].share)} className={styles.line} />
      {tiers.map((tier, index) => (
        <text
          key={tier}
          x={center.x + 5}
          y={center.y - (radius * (index + 0.5)) / tiers.length + 4}
          className={styles.tier}
        >
          {t(`tier.${tier}`)}
        </text>
      ))}
      {skills.map((skill, index) => {
        const { share, tier } = values[skill];
        const { x, y } = pointAt(index, share);
        if (tier === undefined) return null;
        return <circle key={skill} cx={x} cy={y} r="7" style={{ fill: `var(--${tier})` }} className={styles.dot} />;
      })}
      {skills.map((skill, index) => {
        const { x, y } = pointAt(index, 1.13);
        const side = Math.round(Math.cos((index / skills.length) * 2 * Math.PI - Math.PI / 2) * 100);
        return (
          <text
            key={skill}
            x={x}
            y={y + 5}
            textAnchor={side === 0 ? 'middle' : side > 0 ? 'start' : 'end'}
            className={styles.skill}
          >
            {t(`skill.${skill}`)}
          </text>
        );
      })}
    </svg>
  );
}
