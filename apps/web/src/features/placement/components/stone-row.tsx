import type { PlacementView } from '@kubedan/contracts';
import { useText } from '../../../i18n';
import styles from './stone-row.module.css';

/** A line of a Go board with a point for each question: a dark stone for a right answer, a light one for another. */
export function StoneRow({ placement, current }: { placement: PlacementView; current: number }) {
  const { t } = useText();
  const { answered, most } = placement;
  return (
    <div
      role="progressbar"
      aria-label={t('selfTest.progress')}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={answered.length}
      aria-valuetext={t('selfTest.progress.value', { answered: answered.length, most })}
      className={styles.row}
    >
      {Array.from({ length: most }, (_, index) => {
        const answer = answered[index];
        const stone = answer === undefined ? 'none' : answer.chosen === answer.right ? 'dark' : 'light';
        return <span key={index} data-stone={stone} data-current={index + 1 === current} />;
      })}
    </div>
  );
}
