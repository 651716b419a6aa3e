import { useState } from 'react';
import { Loading } from '../../../../components/loading';
import { ProblemNotice } from '../../../../components/problem-notice';
import { useText } from '../../../../i18n';
import { clockText } from '../../../../lib/time';
import { type TraceChoice, useTrace, useTraces } from '../../api/use-traces';
import { timeText } from './figures';
import { Waterfall } from './waterfall';
import styles from './traces.module.css';

const choices: TraceChoice[] = ['slowest', 'errors', 'newest'];

/** Sampled requests; one that is chosen is opened beside the list. */
export function Traces({ sessionId }: { sessionId: string }) {
  const { t } = useText();
  const [choice, setChoice] = useState<TraceChoice>('slowest');
  const [opened, setOpened] = useState<string>();
  const list = useTraces(sessionId, choice);
  const trace = useTrace(sessionId, opened);
  return (
    <div className={styles.traces}>
      <div className={styles.list}>
        <label className={styles.choice}>
          <span>{t('world.traces.which')}</span>
          <select className="input" value={choice} onChange={(event) => setChoice(event.target.value as TraceChoice)}>
            {choices.map((one) => (
              <option key={one} value={one}>
                {t(`world.traces.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {list.isPending && <Loading />}
        {list.isError && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.data?.traces.length === 0 && <p className={styles.none}>{t('world.traces.none')}</p>}
        <ul>
          {list.data?.traces.map(({ id, source, startMs, durationMs, outcome }) => (
            <li key={id}>
              <button type="button" aria-pressed={id === opened} onClick={() => setOpened(id)}>
                <time>{clockText(startMs)}</time>
                <span className={styles.source}>{source}</span>
                <span className={styles.outcome} data-outcome={outcome}>
                  {t(`world.outcome.${outcome}`)}
                </span>
                <span className={styles.duration}>{timeText(durationMs)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div className={styles.detail}>
        {opened === undefined && <p className={styles.none}>{t('world.traces.choose')}</p>}
        {trace.isLoading && <Loading />}
        {trace.isError && <ProblemNotice error={trace.error} />}
        {trace.data && <Waterfall trace={trace.data} />}
      </div>
    </div>
  );
}
