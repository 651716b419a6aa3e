import type { ClusterPicture } from '@kubedan/contracts';
import { useText } from '../../../../i18n';
import dense from '../dense-table.module.css';
import styles from './cluster-panel.module.css';

/** The picture in words. */
export function ClusterTable({ picture }: { picture: ClusterPicture }) {
  const { t } = useText();
  return (
    <>
      <ul className={styles.nodeWords}>
        {picture.nodes.map((node) => (
          <li key={node.name}>
            {t('cluster.node', { name: node.name })}: {t(`cluster.node.${node.ready ? 'ready' : 'notReady'}`)}
            {node.cordoned && `, ${t('cluster.node.cordoned')}`}
          </li>
        ))}
      </ul>
      <div className={dense.frame} tabIndex={0} role="region" aria-label={t('cluster.title')}>
        <table className={`${dense.table} ${styles.table}`}>
          <thead>
            <tr>
              {['namespace', 'name', 'state', 'ready', 'restarts', 'node'].map((column) => (
                <th key={column} scope="col">
                  {t(`cluster.pod.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {picture.pods.map((pod) => (
              <tr key={pod.uid}>
                <td>{pod.namespace}</td>
                <th scope="row">{pod.name}</th>
                <td>{pod.terminating ? t('cluster.pod.terminating') : pod.state}</td>
                <td>{t(pod.ready ? 'cluster.pod.yes' : 'cluster.pod.no')}</td>
                <td>{pod.restarts}</td>
                <td>{pod.node ?? t('cluster.pending')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
