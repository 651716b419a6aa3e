import { ChevronDown, ChevronUp } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../../../i18n';
import { remember, remembered } from '../../../../lib/remembered';
import { usePicture } from '../../api/use-picture';
import { ClusterPictureView } from './cluster-picture-view';
import { ClusterTable } from './cluster-table';
import styles from './cluster-panel.module.css';

export interface ClusterPanelProps {
  sessionId: string;
  /** Its nodes and pods are played: only the control plane is real. */
  isPlayed: boolean;
  isOpen: boolean;
  /** Absent where the panel cannot be folded away. */
  onToggle: (() => void) | undefined;
}

/** The living picture of the cluster, or the same as a table. */
export function ClusterPanel({ sessionId, isPlayed, isOpen, onToggle }: ClusterPanelProps) {
  const { t } = useText();
  const picture = usePicture(sessionId);
  const [isTable, setTable] = useState(remembered('picture') === 'table');
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <h2>{t('cluster.title')}</h2>
        {isPlayed && (
          <span className={styles.kind} title={t('cluster.played.why')}>
            {t('cluster.played')}
          </span>
        )}
        {picture && <span className={styles.count}>{t('cluster.pods', { count: picture.pods.length })}</span>}
        {isOpen && (
          <button
            type="button"
            className="button quiet small"
            onClick={() => {
              remember('picture', isTable ? undefined : 'table');
              setTable(!isTable);
            }}
          >
            {t(isTable ? 'cluster.asPicture' : 'cluster.asList')}
          </button>
        )}
        {onToggle && (
          <button
            type="button"
            className="button quiet icon small"
            aria-expanded={isOpen}
            aria-label={t(isOpen ? 'cluster.collapse' : 'cluster.expand')}
            title={t(isOpen ? 'cluster.collapse' : 'cluster.expand')}
            onClick={onToggle}
          >
            {isOpen ? <ChevronUp aria-hidden size={17} /> : <ChevronDown aria-hidden size={17} />}
          </button>
        )}
      </div>
      {isOpen && !picture && <p className={styles.empty}>{t('cluster.empty')}</p>}
      {isOpen && picture && (isTable ? <ClusterTable picture={picture} /> : <ClusterPictureView picture={picture} />)}
    </div>
  );
}
