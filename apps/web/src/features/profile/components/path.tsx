import { type LabEvidence, type Profile, tiers } from '@kubedan/contracts';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import styles from './path.module.css';
import { StartLab } from './start-lab';

/** All labs on the way up, tier by tier: a stone for each that counts, an empty place for the others. */
export function Path({ profile }: { profile: Profile }) {
  const { t } = useText();
  return (
    <section className={styles.section} aria-labelledby="profile-path">
      <h2 id="profile-path">{t('profile.path')}</h2>
      <ol className={styles.path}>
        {tiers.map((tier) => {
          const labs = profile.labs.filter((lab) => lab.tier === tier);
          const passed = labs.filter(counts).length;
          return (
            <li key={tier} className={styles.tier} data-tier={tier}>
              <div className={styles.head}>
                <TierStone tier={tier} size={40} empty={passed === 0} />
                <h3>{t(`tier.${tier}`)}</h3>
                <span>{t('home.progress', { passed, total: labs.length })}</span>
              </div>
              <ul className={styles.labs}>
                {labs.map((lab) => (
                  <li key={lab.name} data-state={lab.state}>
                    <TierStone tier={tier} size={20} empty={!counts(lab)} />
                    <span className={styles.lab}>
                      <StartLab lab={lab} />
                      <span className={styles.state}>
                        {t(`profile.state.${lab.state}`, { count: lab.shown })}
                        {' · '}
                        {lab.skills.map((skill) => t(`skill.${skill}`)).join(t('profile.and'))}
                      </span>
                    </span>
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const counts = ({ state }: LabEvidence): boolean => state === 'fresh' || state === 'due';
