import styles from './meter.module.css';

/** A bar of progress; without `value` it says only that something goes on. */
export function Meter({ value, label, tone = 'indigo' }: { value?: number; label: string; tone?: string }) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
    >
      <div
        className={percent === undefined ? styles.unknown : styles.fill}
        style={{ background: `var(--${tone})`, ...(percent === undefined ? {} : { width: `${percent}%` }) }}
      />
    </div>
  );
}
