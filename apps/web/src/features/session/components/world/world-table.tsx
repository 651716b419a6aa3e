import type { WorldMark, WorldSeries } from '@kubedan/contracts';
import { useText } from '../../../../i18n';
import { clockText } from '../../../../lib/time';
import { amountText, moneyText, timeText } from './figures';
import { markText } from './mark-text';
import dense from '../dense-table.module.css';
import styles from './world-panel.module.css';

/** Seconds that a table shows: what a person may want to read. */
const rows = 60;

/** The charts in words and numbers, the newest second first. */
export function WorldTable({ series, marks }: { series: WorldSeries; marks: readonly WorldMark[] }) {
  const { t } = useText();
  const columns = ['time', 'requests', 'errors', 'p50', 'p99', 'replicas', 'nodes', 'perHour', 'changes'];
  const indexes = series.second
    .map((_, index) => index)
    .slice(-rows)
    .toReversed();
  return (
    <div className={dense.frame} tabIndex={0} role="region" aria-label={t('world.table')}>
      <table className={`${dense.table} ${styles.table}`}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`world.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index) => {
            const second = series.second[index] ?? 0;
            const done = marks.filter(({ atMs }) => Math.floor(atMs / 1000) === second);
            return (
              <tr key={second}>
                <th scope="row">{clockText(second * 1000)}</th>
                <td>{amountText(series.requests[index] ?? 0)}</td>
                <td>{amountText(series.errors[index] ?? 0)}</td>
                <td>{timeText(series.p50Ms[index])}</td>
                <td>{timeText(series.p99Ms[index])}</td>
                <td>{series.replicas[index]}</td>
                <td>{series.nodes[index]}</td>
                <td>{moneyText(series.perHour[index] ?? 0)}</td>
                <td>{done.map(markText).join(', ')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
