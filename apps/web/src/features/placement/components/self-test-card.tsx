import { ArrowRight } from 'lucide-react';
import { Link } from 'react-router';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import { usePlacements } from '../api/use-placements';
import { certaintyOf } from '../certainty';
import styles from './self-test-card.module.css';

/** On other pages: an invitation to the self-test, the way back to an unfinished one, or what the last one said. */
export function SelfTestCard() {
  const { t } = useText();
  const placements = usePlacements().data ?? [];
  const open = placements.find(({ state }) => state === 'active');
  const last = placements.find(({ state }) => state === 'finished');
  const overall = last?.result?.overall;
  return (
    <section className={`card ${styles.card}`} aria-labelledby="self-test-title">
      <TierStone tier={overall?.tier ?? 'silver'} size={64} empty={overall === undefined} />
      <div className={styles.words}>
        <h2 id="self-test-title">
          {t(overall ? 'selfTest.card.last' : 'selfTest.card', { tier: t(`tier.${overall?.tier ?? 'silver'}`) })}
        </h2>
        <p>
          {open
            ? t('selfTest.open.text', { count: open.answers })
            : overall
              ? t('selfTest.card.last.text', { percent: certaintyOf(overall).percent })
              : t('selfTest.card.text')}
        </p>
      </div>
      <Link
        to={open ? `/self-test/${open.id}` : last ? `/self-test/${last.id}` : '/self-test'}
        className="button large"
      >
        {t(open ? 'selfTest.continue' : last ? 'selfTest.card.look' : 'selfTest.card.action')}
        <ArrowRight aria-hidden size={18} />
      </Link>
    </section>
  );
}
