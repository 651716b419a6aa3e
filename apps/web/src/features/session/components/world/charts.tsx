import type { WorldMark, WorldSeries } from '@kubedan/contracts';
import { useState } from 'react';
import { useText } from '../../../../i18n';
import { clockText } from '../../../../lib/time';
import { Chart, type Line } from './chart';
import { amountText, moneyText, timeText } from './figures';
import { markText } from './mark-text';
import { TimeAxis } from './time-axis';
import styles from './charts.module.css';

const amount = (value: number | null | undefined): string => amountText(value ?? 0);
const money = (value: number | null | undefined): string => moneyText(value ?? 0);

/** The world second by second: small charts over one time line, on which the learner's own changes stand. */
export function Charts({
  series,
  marks,
  length,
}: {
  series: WorldSeries;
  marks: readonly WorldMark[];
  length: number;
}) {
  const { t } = useText();
  const [cursor, setCursor] = useState<number>();
  const first = series.second[0] ?? 0;
  const last = series.second.at(-1) ?? 0;
  const to = Math.max(last, first + 30);
  const from = Math.max(first, to - length);
  const pointed = cursor === undefined ? undefined : Math.min(last, Math.max(from, cursor));
  const index = pointed === undefined ? series.second.length - 1 : series.second.findIndex((one) => one >= pointed);
  const seen = marks.filter(({ atMs }) => atMs / 1000 >= from && atMs / 1000 <= to + 1);
  const shared = {
    seconds: series.second,
    frame: { from, to },
    index,
    cursor: pointed,
    marks: seen,
    onPoint: setCursor,
  };
  const line = (name: string, tone: Line['tone'], values: Line['values']): Line => ({ name: t(name), tone, values });
  return (
    <div className={styles.charts}>
      <div className={styles.grids}>
        <Chart
          {...shared}
          title={t('world.requests')}
          lines={[line('world.requests', 'indigo', series.requests)]}
          least={5}
          write={amount}
        />
        <Chart
          {...shared}
          title={t('world.errors')}
          lines={[line('world.errors', 'seal', series.errors)]}
          least={1}
          write={amount}
        />
        <Chart
          {...shared}
          title={t('world.latency')}
          lines={[line('world.p50', 'indigo', series.p50Ms), line('world.p99', 'amber', series.p99Ms)]}
          least={10}
          write={timeText}
        />
        <Chart
          {...shared}
          title={t('world.replicas')}
          lines={[line('world.replicas', 'jade', series.replicas)]}
          least={2}
          isStep
          write={amount}
        />
        <Chart
          {...shared}
          title={t('world.nodes')}
          lines={[line('world.nodes', 'jade', series.nodes)]}
          least={2}
          isStep
          write={amount}
        />
        <Chart
          {...shared}
          title={t('world.perHour')}
          lines={[line('world.perHour', 'amber', series.perHour)]}
          least={0.1}
          isStep
          write={money}
        />
      </div>
      <TimeAxis from={from} to={to} first={first} last={last} cursor={pointed} marks={seen} onPoint={setCursor} />
      <div className={styles.changes}>
        <h3>{t('world.changes')}</h3>
        {seen.length === 0 ? (
          <p>{t('world.changes.none')}</p>
        ) : (
          <ol>
            {seen.map((mark, at) => (
              <li key={`${mark.atMs} ${at}`}>
                <button
                  type="button"
                  onClick={() => setCursor(Math.min(last, Math.round(mark.atMs / 1000)))}
                  title={mark.namespace}
                >
                  <b>{at + 1}</b>
                  <time>{clockText(mark.atMs)}</time>
                  <span>{markText(mark)}</span>
                </button>
              </li>
            ))}
          </ol>
        )}
      </div>
    </div>
  );
}
