import type { ClusterPicture, NodePicture } from '@kubedan/contracts';
import { CircleCheck, CircleSlash2, CircleX } from 'lucide-react';
import { useText } from '../../../../i18n';
import styles from './cluster-panel.module.css';
import { PodStone } from './pod-stone';
import { type ShownPod, useLingering } from './use-lingering';

/** Nodes as boards, pods as stones upon them; pods without a node lie aside. It is a list of lists, so it reads as it looks. */
export function ClusterPictureView({ picture }: { picture: ClusterPicture }) {
  const { t } = useText();
  const pods = useLingering(picture.pods);
  const known = new Set(picture.nodes.map(({ name }) => name));
  const aside = pods.filter(({ node }) => node === undefined || !known.has(node));
  return (
    <>
      <ul className={styles.nodes}>
        {picture.nodes.map((node) => (
          <Node key={node.name} node={node} pods={pods.filter((pod) => pod.node === node.name)} />
        ))}
        {aside.length > 0 && (
          <li className={styles.aside}>
            <h3>{t('cluster.pending')}</h3>
            <Pods pods={aside} />
          </li>
        )}
      </ul>
      <p className={styles.legend} aria-label={t('cluster.legend')} role="note">
        {(['ready', 'starting', 'trouble', 'done'] as const).map((look) => (
          <span key={look}>
            <i className={styles.stone} data-look={look} aria-hidden="true" /> {t(`cluster.legend.${look}`)}
          </span>
        ))}
      </p>
    </>
  );
}

function Node({ node, pods }: { node: NodePicture; pods: ShownPod[] }) {
  const { t } = useText();
  const state = !node.ready ? 'notReady' : node.cordoned ? 'cordoned' : 'ready';
  const Icon = { notReady: CircleX, cordoned: CircleSlash2, ready: CircleCheck }[state];
  return (
    <li className={styles.node} data-state={state}>
      <h3 aria-label={t('cluster.node', { name: node.name })}>{node.name}</h3>
      <p className={styles.nodeState}>
        <Icon aria-hidden size={14} /> {t(`cluster.node.${state}`)}
        {!node.ready && node.cordoned && <>, {t('cluster.node.cordoned')}</>}
        {node.controlPlane && <>, {t('cluster.node.controlPlane')}</>}
        {node.zone !== undefined && (
          <span className={styles.zone}>
            <span className="visually-hidden">{t('cluster.node.zone')} </span>
            {node.zone}
          </span>
        )}
      </p>
      <Pods pods={pods} />
    </li>
  );
}

function Pods({ pods }: { pods: ShownPod[] }) {
  const { t } = useText();
  if (pods.length === 0) return <p className={styles.noPods}>{t('cluster.noPods')}</p>;
  return (
    <ul className={styles.pods}>
      {pods.map((pod) => (
        <li key={pod.uid} aria-hidden={pod.isGone || undefined}>
          <PodStone pod={pod} />
        </li>
      ))}
    </ul>
  );
}
