import type { WorldMark } from '@kubedan/contracts';
import type { KeyboardEvent } from 'react';
import { useText } from '../../../../i18n';
import { clockText } from '../../../../lib/time';
import { xOf } from './line-path';
import styles from './charts.module.css';

export interface TimeAxisProps {
  from: number;
  to: number;
  /** The first and the last second of which something is known. */
  first: number;
  last: number;
  cursor: number | undefined;
  marks: readonly WorldMark[];
  onPoint: (second: number | undefined) => void;
}

/** The axis that all charts share: arrows move its cursor, Escape goes back to now. Changes stand on it by number. */
export function TimeAxis({ from, to, first, last, cursor, marks, onPoint }: TimeAxisProps) {
  const { t } = useText();
  const at = cursor ?? last;
  const start = Math.max(first, from);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && cursor !== undefined) {
      event.preventDefault();
      onPoint(undefined);
      return;
    }
    const next = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageUp: at + 10,
      PageDown: at - 10,
      Home: start,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onPoint(Math.min(last, Math.max(start, next)));
  };
  return (
    <div
      className={styles.axis}
      role="slider"
      tabIndex={0}
      aria-label={t('world.cursor')}
      aria-valuemin={start}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={clockText(at * 1000)}
      title={t('world.cursor.how')}
      onKeyDown={onKeyDown}
    >
      <span className={styles.edge}>{clockText(Math.max(0, from) * 1000)}</span>
      {marks.map((mark, index) => {
        const x = xOf(mark.atMs / 1000, { from, to, top: 1 });
        const isCrowded = marks
          .slice(index + 1)
          .some(({ atMs }) => (atMs / 1000 - mark.atMs / 1000) / (to - from) < 0.025);
        return isCrowded ? null : (
          <span key={`${mark.atMs} ${index}`} className={styles.tick} style={{ insetInlineStart: `${x}%` }} aria-hidden>
            {index + 1}
          </span>
        );
      })}
      {cursor !== undefined && (
        <span className={styles.at} style={{ insetInlineStart: `${xOf(at, { from, to, top: 1 })}%` }} aria-hidden>
          {clockText(at * 1000)}
        </span>
      )}
      <span className={styles.edge}>{clockText(to * 1000)}</span>
    </div>
  );
}
