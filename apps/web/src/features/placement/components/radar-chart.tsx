import { type PlacementLevel, type Skill, skills, tiers } from '@kubedan/contracts';
import { useText } from '../../../i18n';
import { placeOnScale } from '../scale';
import styles from './radar-chart.module.css';

const center = { x: 220, y: 190 };
const radius = 130;

interface Point {
  x: number;
  y: number;
}

/** @returns a place on the axis of a skill, the first straight up; `share` from 0 at the center to 1 at the rim */
function pointAt(index: number, share: number): Point {
  const angle = (index / skills.length) * 2 * Math.PI - Math.PI / 2;
  return { x: center.x + Math.cos(angle) * share * radius, y: center.y + Math.sin(angle) * share * radius };
}
const outline = (points: Point[]): string => points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
const ring = (share: number): string => outline(skills.map((_, index) => pointAt(index, share)));

/**
 * The six skills as a web: each ring is a tier, the line is the estimate, the band around it one standard error to both sides. The
 * table beside it says the same in words.
 */
export function RadarChart({ levels }: { levels: Readonly<Record<Skill, PlacementLevel>> }) {
  const { t } = useText();
  const web = (shift: number): string =>
    outline(
      skills.map((skill, index) => pointAt(index, placeOnScale(levels[skill].ability + shift * levels[skill].error))),
    );
  return (
    <svg viewBox="0 0 440 380" className={styles.chart} aria-hidden="true">
      {tiers.toReversed().map((tier) => (
        <polygon
          key={tier}
          points={ring((tiers.indexOf(tier) + 1) / 4)}
          className={styles.ring}
          style={{ fill: `color-mix(in srgb, var(--${tier}) 9%, var(--surface))` }}
        />
      ))}
      {skills.map((skill, index) => {
        const end = pointAt(index, 1);
        return <path key={skill} d={`M${center.x} ${center.y}L${end.x} ${end.y}`} className={styles.axis} />;
      })}
      <path d={`M${web(1).replaceAll(' ', 'L')}ZM${web(-1).replaceAll(' ', 'L')}Z`} className={styles.band} />
      <polygon points={web(0)} className={styles.line} />
      {tiers.map((tier, index) => (
        <text key={tier} x={center.x + 5} y={center.y - (radius * (index + 0.5)) / 4 + 4} className={styles.tier}>
          {t(`tier.${tier}`)}
        </text>
      ))}
      {skills.map((skill, index) => {
        const { x, y } = pointAt(index, placeOnScale(levels[skill].ability));
        return (
          <circle
            key={skill}
            cx={x}
            cy={y}
            r="7"
            style={{ fill: `var(--${levels[skill].tier})` }}
            className={styles.dot}
          />
        );
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
