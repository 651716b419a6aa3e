import type { TraceSpan, TraceView } from '@kubedan/contracts';
import { useText } from '../../../../i18n';
import { timeText } from './figures';
import styles from './traces.module.css';

/** What happened to one request, one bar a span, indented below what caused it. */
export function Waterfall({ trace }: { trace: TraceView }) {
  const { t } = useText();
  const whole = Math.max(0.001, trace.durationMs);
  const depths = depthsOf(trace.spans);
  return (
    <section aria-label={t('world.trace', { id: trace.id })}>
      <h3 className={styles.head}>
        {trace.source}
        <span className={styles.outcome} data-outcome={trace.outcome}>
          {t(`world.outcome.${trace.outcome}`)}
        </span>
        <span className={styles.duration}>{timeText(trace.durationMs)}</span>
      </h3>
      <ol className={styles.spans}>
        {trace.spans.map((span) => (
          <li key={span.id} data-outcome={span.outcome}>
            <span className={styles.what} style={{ paddingInlineStart: `${(depths.get(span.id) ?? 0) * 12}px` }}>
              <b>{span.service}</b> {span.what}
            </span>
            <span className={styles.track} aria-hidden>
              <span
                style={{
                  insetInlineStart: `${Math.min(99, (span.startMs / whole) * 100)}%`,
                  width: `${Math.min(100, (span.durationMs / whole) * 100)}%`,
                }}
              />
            </span>
            <span className={styles.spanEnd}>
              {span.outcome !== 'ok' && <span>{t(`world.outcome.${span.outcome}`)}</span>}
              {timeText(span.durationMs)}
            </span>
          </li>
        ))}
      </ol>
      {trace.cut > 0 && <p className={styles.none}>{t('world.trace.cut', { count: trace.cut })}</p>}
    </section>
  );
}

function depthsOf(spans: readonly TraceSpan[]): Map<number, number> {
  const depths = new Map<number, number>();
  for (const { id, parent } of spans) {
    const above = parent === undefined ? undefined : depths.get(parent);
    depths.set(id, above === undefined ? 0 : Math.min(6, above + 1));
  }
  return depths;
}
