import { type LabSummary, tiers } from '@kubedan/contracts';
import { Flag } from 'lucide-react';
import { Link } from 'react-router';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import styles from './climb.module.css';

/** The four tiers as steps; each passed lab is a stone. @param props.labs undefined while they are not known yet */
export function Climb({ labs }: { labs: LabSummary[] | undefined }) {
  const { t } = useText();
  const steps = tiers.map((tier) => {
    const own = (labs ?? []).filter((lab) => lab.tier === tier);
    return { tier, own, passed: own.filter((lab) => lab.best.state === 'passed').length };
  });
  const here = steps.find(({ own, passed }) => own.length > 0 && passed < own.length)?.tier;
  return (
    <section aria-labelledby="climb-title" className={styles.section}>
      <div className={styles.head}>
        <h2 id="climb-title">{t('home.climb')}</h2>
        <p>{t('home.climb.text')}</p>
      </div>
      <ol className={styles.climb}>
        {steps.map(({ tier, own, passed }) => {
          const isReached = own.length > 0 && passed === own.length;
          return (
            <li key={tier} data-tier={tier} className={styles.step}>
              <div className={styles.card} data-here={tier === here}>
                <div className={styles.top}>
                  <TierStone tier={tier} size={58} />
                  {tier === here && (
                    <span className={styles.here}>
                      <Flag aria-hidden size={14} /> {t('home.you')}
                    </span>
                  )}
                  {isReached && <span className={styles.reached}>{t('home.reached')}</span>}
                </div>
                <h3>
                  <Link to={`/labs?tier=${tier}`} aria-label={t('home.tierLabs', { tier: t(`tier.${tier}`) })}>
                    {t(`tier.${tier}`)}
                  </Link>
                </h3>
                <p className={styles.text}>{t(`tier.${tier}.text`)}</p>
                <div className={styles.progress}>
                  <span className={styles.stones} aria-hidden="true">
                    {own.map((lab) => (
                      <TierStone key={lab.name} tier={tier} size={18} empty={lab.best.state !== 'passed'} />
                    ))}
                  </span>
                  {labs && (
                    <span>
                      {own.length === 0 ? t('home.progress.none') : t('home.progress', { passed, total: own.length })}
                    </span>
                  )}
                </div>
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
