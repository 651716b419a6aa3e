import type { KeyboardEvent, PointerEvent } from 'react';
import { classes } from '../lib/classes';
import styles from './splitter.module.css';

export interface SplitterProps {
  label: string;
  /** `vertical`: a bar that stands, moved sideways. */
  direction: 'vertical' | 'horizontal';
  /** Percent of the container that the part before the bar takes. */
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
}

/** The bar between two parts: dragged by pointer, moved by arrows. */
export function Splitter({ label, direction, value, min, max, onChange }: SplitterProps) {
  const isVertical = direction === 'vertical';
  const set = (next: number): void => onChange(Math.min(max, Math.max(min, Math.round(next * 10) / 10)));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!box) return;
    set(isVertical ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2, Home: min - value, End: max - value }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    set(value + step);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      className={classes(styles.bar, isVertical ? styles.vertical : styles.horizontal)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
