import type { WorldMark } from '@kubedan/contracts';
import type { PointerEvent } from 'react';
import { niceTop } from './figures';
import { type Frame, linePath, xOf } from './line-path';
import styles from './charts.module.css';

export interface Line {
  name: string;
  tone: 'indigo' | 'seal' | 'amber' | 'jade';
  values: readonly (number | null)[];
}
export interface ChartProps {
  title: string;
  lines: readonly Line[];
  seconds: readonly number[];
  frame: Omit<Frame, 'top'>;
  /** Index of the second whose values are shown. */
  index: number;
  /** The second under the cursor, where there is one. */
  cursor: number | undefined;
  marks: readonly WorldMark[];
  /** The least that the axis reaches to. */
  least: number;
  isStep?: boolean;
  write: (value: number | null | undefined) => string;
  onPoint: (second: number | undefined) => void;
}

/** One of the small charts: its figures now, or under the cursor, and its lines. What it says is in the table as well. */
export function Chart({
  title,
  lines,
  seconds,
  frame,
  index,
  cursor,
  marks,
  least,
  isStep,
  write,
  onPoint,
}: ChartProps) {
  const isSeen = (_: unknown, at: number): boolean => (seconds[at] ?? -1) >= frame.from;
  const most = lines.reduce(
    (top, { values }) => values.filter(isSeen).reduce<number>((most, value) => Math.max(most, value ?? 0), top),
    0,
  );
  const whole: Frame = { ...frame, top: niceTop(most * 1.1, least) };
  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    onPoint(Math.round(frame.from + share * (frame.to - frame.from)));
  };
  return (
    <figure className={styles.chart}>
      <figcaption>
        <span className={styles.title}>{title}</span>
        {lines.map(({ name, tone, values }) => (
          <span key={name} className={styles.value} data-tone={tone}>
            {lines.length > 1 && <span className={styles.lineName}>{name}</span>}
            {write(values[index])}
          </span>
        ))}
      </figcaption>
      <div className={styles.plot}>
        <span className={styles.top} aria-hidden>
          {write(whole.top)}
        </span>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          aria-hidden
          onPointerMove={point}
          onPointerLeave={() => onPoint(undefined)}
        >
          <path className={styles.grid} d="M0 0H100M0 50H100M0 100H100" />
          {marks.map(({ atMs, verb, resource, name }) => {
            const x = xOf(atMs / 1000, whole);
            return <path key={`${atMs} ${verb} ${resource} ${name}`} className={styles.mark} d={`M${x} 0V100`} />;
          })}
          {lines.map(({ name, tone, values }) => (
            <path key={name} className={styles.line} data-tone={tone} d={linePath(seconds, values, whole, isStep)} />
          ))}
          {cursor !== undefined && <path className={styles.cursor} d={`M${xOf(cursor, whole)} 0V100`} />}
        </svg>
      </div>
    </figure>
  );
}
