import type { Profile } from '@kubedan/contracts';
import table from '../../../components/table.module.css';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import { StartLab } from './start-lab';
import styles from './rank-table.module.css';

/** The six skills: the tier held, and the shortest lab on the way to the next one. */
export function RankTable({ profile }: { profile: Profile }) {
  const { t } = useText();
  return (
    <table className={table.table}>
      <caption className="visually-hidden">{t('profile.skills')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('selfTest.table.skill')}</th>
          <th scope="col">{t('selfTest.table.tier')}</th>
          <th scope="col">{t('profile.next')}</th>
        </tr>
      </thead>
      <tbody>
        {profile.skills.map(({ skill, tier, isDue, next }) => {
          const lab = profile.labs.find(({ name }) => name === next?.labs[0]);
          return (
            <tr key={skill}>
              <th scope="row">{t(`skill.${skill}`)}</th>
              <td>
                {tier === undefined ? <span className={styles.none}>–</span> : <TierName tier={tier} />}
                {isDue && <span className={styles.due}>{t('profile.due')}</span>}
              </td>
              <td>
                {next === undefined ? (
                  <span className={styles.none}>{t(tier === undefined ? 'profile.noLabs' : 'profile.highest')}</span>
                ) : (
                  <span className={styles.next}>
                    <span>
                      {t('profile.missing', { tier: t(`tier.${next.tier}`), passed: next.passed, needed: next.needed })}
                    </span>
                    {lab && <StartLab lab={lab} />}
                  </span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
