import type { SessionView } from '@kubedan/contracts';
import { BookOpen, Boxes, ChartSpline, FolderOpen, SquareTerminal } from 'lucide-react';
import { type CSSProperties, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Loading } from '../../../components/loading';
import { Splitter } from '../../../components/splitter';
import { Tabs } from '../../../components/tabs';
import { useText } from '../../../i18n';
import { useMedia } from '../../../lib/media';
import { remember, remembered } from '../../../lib/remembered';
import { ClusterPanel } from './cluster/cluster-panel';
import { FilesPanel } from './files/files-panel';
import { Guide } from './guide';
import styles from './workbench.module.css';
import { WorldPanel } from './world/world-panel';

const TerminalPanel = lazy(async () => ({ default: (await import('./terminal/terminal-panel')).TerminalPanel }));

type Part = 'guide' | 'terminal' | 'files' | 'cluster' | 'traffic';

function usePercent(name: string, fallback: number): [number, (value: number) => void] {
  const [value, setValue] = useState(() => Number(remembered(name)) || fallback);
  return [
    value,
    (next) => {
      setValue(next);
      remember(name, String(next));
    },
  ];
}

/**
 * The session's place of work. Wide: the guide on the left; cluster above, terminal and files below on the right. Narrow: one
 * part at a time. Parts stay mounted when they are hidden, so that a terminal keeps its screen.
 * @param panel shown in place of the tools while the session is not active
 */
export function Workbench({ session, panel }: { session: SessionView; panel?: ReactNode }) {
  const { t } = useText();
  const isWide = useMedia('(min-width: 960px)');
  const [part, setPart] = useState<Part>('guide');
  const [tool, setTool] = useState<'terminal' | 'files'>('terminal');
  const [above, setAbove] = useState<'cluster' | 'traffic'>('cluster');
  const [left, setLeft] = usePercent('split.left', 38);
  const [top, setTop] = usePercent('split.top', 36);
  const [isOpen, setOpen] = useState(remembered('cluster') !== 'closed');
  const place = useRef<HTMLDivElement>(null);
  const hasPanel = panel !== undefined;
  // The terminal that had the focus is gone: it goes to what has come in its place.
  useEffect(() => {
    if (hasPanel && document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  }, [hasPanel]);
  const icons = {
    guide: <BookOpen aria-hidden size={17} />,
    terminal: <SquareTerminal aria-hidden size={17} />,
    files: <FolderOpen aria-hidden size={17} />,
    cluster: <Boxes aria-hidden size={17} />,
    traffic: <ChartSpline aria-hidden size={17} />,
  };
  const tabsOf = <P extends Part>(...parts: P[]) =>
    parts.map((id) => ({ id, label: t(`session.tab.${id}`), icon: icons[id] }));
  const guide = (
    <section
      className={styles.guide}
      hidden={!isWide && !panel && part !== 'guide'}
      {...panelOf('guide', isWide || !!panel, t)}
    >
      <Guide session={session} />
    </section>
  );
  const besideGuide = isWide && (
    <Splitter label={t('session.splitter')} direction="vertical" value={left} min={22} max={65} onChange={setLeft} />
  );
  if (panel) {
    return (
      <div className={styles.bench} data-wide={isWide} data-panel style={{ '--left': `${left}%` } as CSSProperties}>
        {/* Keeps the guide at its place among the children: it stays mounted when the tools come and go. */}
        {null}
        {guide}
        {besideGuide}
        <div className={styles.panel} ref={place} tabIndex={-1}>
          {panel}
        </div>
      </div>
    );
  }
  const isTool = (id: 'terminal' | 'files'): boolean => (isWide ? tool === id : part === id);
  const hasTraffic = session.traffic === true;
  const isAbove = (id: 'cluster' | 'traffic'): boolean =>
    isWide ? (hasTraffic ? above : 'cluster') === id : part === id;
  const look = (id: 'cluster' | 'traffic'): void => {
    setAbove(id);
    if (id === 'traffic') {
      remember('cluster', 'open');
      setOpen(true);
    }
  };
  const toggle = (): void => {
    remember('cluster', isOpen ? 'closed' : 'open');
    setOpen(!isOpen);
  };
  return (
    <div
      className={styles.bench}
      data-wide={isWide}
      style={{ '--left': `${left}%`, '--top': `${top}%` } as CSSProperties}
    >
      {!isWide && (
        <div className={styles.tabs}>
          <Tabs
            label={t('session.panels')}
            group="session"
            tabs={tabsOf('guide', 'terminal', 'files', 'cluster', ...(hasTraffic ? (['traffic'] as const) : []))}
            active={part}
            onChange={setPart}
          />
        </div>
      )}
      {guide}
      {besideGuide}
      <div className={styles.right} hidden={!isWide && part === 'guide'}>
        {isWide && hasTraffic && (
          <div className={styles.tabs}>
            <Tabs
              label={t('session.above')}
              group="session"
              tabs={tabsOf('cluster', 'traffic')}
              active={above}
              onChange={look}
            />
          </div>
        )}
        <section
          className={styles.cluster}
          data-open={isOpen || !isWide}
          hidden={!isAbove('cluster')}
          {...panelOf('cluster', isWide && !hasTraffic, t)}
        >
          <ClusterPanel
            sessionId={session.id}
            isPlayed={session.provider === 'embedded'}
            isOpen={isOpen || !isWide}
            onToggle={isWide ? toggle : undefined}
          />
        </section>
        {hasTraffic && (
          <section className={styles.cluster} data-open hidden={!isAbove('traffic')} {...panelOf('traffic', false, t)}>
            {isAbove('traffic') && <WorldPanel sessionId={session.id} />}
          </section>
        )}
        {isWide && isOpen && (
          <Splitter
            label={t('session.splitter.cluster')}
            direction="horizontal"
            value={top}
            min={12}
            max={75}
            onChange={setTop}
          />
        )}
        {isWide && (
          <div className={styles.tabs}>
            <Tabs
              label={t('session.panels')}
              group="session"
              tabs={tabsOf('terminal', 'files')}
              active={tool}
              onChange={setTool}
            />
          </div>
        )}
        <section className={styles.tool} hidden={!isTool('terminal')} {...panelOf('terminal', false, t)}>
          <Suspense fallback={<Loading />}>
            <TerminalPanel session={session} isVisible={isTool('terminal')} />
          </Suspense>
        </section>
        <section className={styles.tool} hidden={!isTool('files')} {...panelOf('files', false, t)}>
          <FilesPanel sessionId={session.id} isVisible={isTool('files')} />
        </section>
      </div>
    </div>
  );
}

/** A part is a panel of its tab where there are tabs, and a region of its own where it stands alone. */
function panelOf(id: Part, standsAlone: boolean, t: (key: string) => string): Record<string, string> {
  return standsAlone
    ? { 'aria-label': t(`session.tab.${id}`) }
    : { role: 'tabpanel', id: `session-panel-${id}`, 'aria-labelledby': `session-tab-${id}` };
}
