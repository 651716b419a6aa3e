import type { PlacementSummary } from '@kubedan/contracts';
import { ChevronRight } from 'lucide-react';
import { Link } from 'react-router';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import { certaintyOf } from '../certainty';
import styles from './history.module.css';

/** Finished self-tests, the newest first. */
export function History({ placements }: { placements: PlacementSummary[] }) {
  const { t, language } = useText();
  const dates = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (
    <section className={styles.history} aria-labelledby="self-test-history">
      <h2 id="self-test-history">{t('selfTest.history')}</h2>
      <ul className={styles.list}>
        {placements.map(
          ({ id, result, finishedAt, audience }) =>
            result &&
            finishedAt !== undefined && (
              <li key={id}>
                <Link to={`/self-test/${id}`}>
                  <TierName tier={result.overall.tier} />
                  <span className={styles.facts}>
                    {t('selfTest.percent', { percent: certaintyOf(result.overall).percent })}
                    {' · '}
                    {t(`selfTest.audience.${audience}.short`)}
                  </span>
                  <time dateTime={finishedAt}>{dates.format(new Date(finishedAt))}</time>
                  <ChevronRight aria-hidden size={18} />
                </Link>
              </li>
            ),
        )}
      </ul>
    </section>
  );
}
