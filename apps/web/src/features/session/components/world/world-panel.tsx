import { useState } from 'react';
import { Tabs } from '../../../../components/tabs';
import { useText } from '../../../../i18n';
import { useWorld } from '../../api/use-world';
import { Alerts } from './alerts';
import { Charts } from './charts';
import { moneyText } from './figures';
import { Flow } from './flow';
import { Traces } from './traces';
import { WorldTable } from './world-table';
import styles from './world-panel.module.css';

type View = 'charts' | 'flow' | 'traces';
/** Seconds that the charts reach back. */
const lengths = [120, 600];

/** The traffic of the session's cluster: charts over time, where requests go, and single requests. */
export function WorldPanel({ sessionId }: { sessionId: string }) {
  const { t } = useText();
  const world = useWorld(sessionId);
  const [view, setView] = useState<View>('charts');
  const [length, setLength] = useState(120);
  const [isTable, setTable] = useState(false);
  if (!world) return <p className={styles.empty}>{t('world.empty')}</p>;
  const { picture, series, marks } = world;
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2 className="visually-hidden">{t('world.title')}</h2>
        <Tabs
          label={t('world.title')}
          group="world"
          compact
          tabs={(['charts', 'flow', 'traces'] as const).map((id) => ({ id, label: t(`world.view.${id}`) }))}
          active={view}
          onChange={setView}
        />
        <span className={styles.spent}>{t('world.spent', { money: moneyText(picture.cost.total) })}</span>
        {view === 'charts' && (
          <span className={styles.tools}>
            {lengths.map((one) => (
              <button
                key={one}
                type="button"
                className="button quiet small"
                aria-pressed={length === one}
                onClick={() => setLength(one)}
              >
                {t('world.minutes', { minutes: one / 60 })}
              </button>
            ))}
            <button type="button" className="button quiet small" onClick={() => setTable(!isTable)}>
              {t(isTable ? 'world.asCharts' : 'world.asTable')}
            </button>
          </span>
        )}
      </div>
      <Alerts alerts={picture.alerts} />
      <div role="tabpanel" id={`world-panel-${view}`} aria-labelledby={`world-tab-${view}`} className={styles.view}>
        {view === 'charts' &&
          (isTable ? (
            <WorldTable series={series} marks={marks} />
          ) : (
            <Charts series={series} marks={marks} length={length} />
          ))}
        {view === 'flow' && <Flow picture={picture} />}
        {view === 'traces' && <Traces sessionId={sessionId} />}
      </div>
    </div>
  );
}
