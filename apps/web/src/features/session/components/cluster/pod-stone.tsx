import { type CSSProperties, useId, useState } from 'react';
import { useText } from '../../../../i18n';
import styles from './cluster-panel.module.css';
import { lookOf } from './pod-look';
import { shortName } from './short-name';
import type { ShownPod } from './use-lingering';

/** One pod: a stone with the last part of its name and its state; hovered or focused, it tells more. */
export function PodStone({ pod }: { pod: ShownPod }) {
  const { t } = useText();
  const id = useId();
  const [place, setPlace] = useState<CSSProperties>();
  const look = pod.isGone ? 'leaving' : lookOf(pod);
  const state = pod.terminating ? t('cluster.pod.terminating') : pod.state;
  const label = t('cluster.pod.label', {
    name: pod.name,
    state,
    ready: t(pod.ready ? 'cluster.pod.isReady' : 'cluster.pod.notReady'),
    restarts: pod.restarts,
  });
  const show = (element: HTMLElement): void => {
    const box = element.getBoundingClientRect();
    const isLow = box.bottom > innerHeight - 220;
    setPlace({
      left: Math.max(8, Math.min(box.left, innerWidth - 300)),
      ...(isLow ? { bottom: innerHeight - box.top + 6 } : { top: box.bottom + 6 }),
    });
  };
  const hide = (): void => setPlace(undefined);
  return (
    <>
      <button
        type="button"
        className={styles.pod}
        data-look={look}
        data-gone={pod.isGone}
        disabled={pod.isGone}
        aria-describedby={place ? id : undefined}
        onMouseEnter={(event) => show(event.currentTarget)}
        onMouseLeave={hide}
        onFocus={(event) => show(event.currentTarget)}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key === 'Escape') hide();
        }}
      >
        {/* Another count of restarts is another stone: its arrival is animated again. */}
        <span className={styles.stone} data-look={look} key={pod.restarts} aria-hidden="true" />
        <span className="visually-hidden">{label}</span>
        <span className={styles.podName} aria-hidden="true">
          {shortName(pod)}
          {pod.restarts > 0 && ` ↻${pod.restarts}`}
        </span>
        <span className={styles.podState} aria-hidden="true">
          {state}
        </span>
      </button>
      {place && (
        <div id={id} role="tooltip" className={styles.tip} style={place}>
          <b>{pod.name}</b>
          <dl>
            <Fact name={t('cluster.pod.namespace')} value={pod.namespace} />
            <Fact name={t('cluster.pod.state')} value={state} />
            <Fact name={t('cluster.pod.ready')} value={t(pod.ready ? 'cluster.pod.yes' : 'cluster.pod.no')} />
            <Fact name={t('cluster.pod.restarts')} value={String(pod.restarts)} />
            {pod.owner !== undefined && <Fact name={t('cluster.pod.owner')} value={pod.owner} />}
            <Fact name={t('cluster.pod.images')} value={pod.images.join(', ')} />
          </dl>
        </div>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
