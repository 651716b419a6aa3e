import { type AnsweredQuestion, type PlacementLevel, type Skill, skills } from '@kubedan/contracts';
import table from '../../../components/table.module.css';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import { certaintyOf } from '../certainty';
import styles from './skill-table.module.css';

export interface SkillTableProps {
  levels: Readonly<Record<Skill, PlacementLevel>>;
  answered: readonly AnsweredQuestion[];
}

/** The six skills, the strongest first: tier, how sure that is, and the answers behind it. */
export function SkillTable({ levels, answered }: SkillTableProps) {
  const { t } = useText();
  const strongestFirst = [...skills].sort((a, b) => levels[b].ability - levels[a].ability);
  return (
    <table className={`${table.table} ${styles.table}`}>
      <caption className="visually-hidden">{t('selfTest.skills')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('selfTest.table.skill')}</th>
          <th scope="col">{t('selfTest.table.tier')}</th>
          <th scope="col">{t('selfTest.table.certainty')}</th>
          <th scope="col">{t('selfTest.table.answers')}</th>
        </tr>
      </thead>
      <tbody>
        {strongestFirst.map((skill) => {
          const certainty = certaintyOf(levels[skill]);
          const own = answered.filter((one) => one.skill === skill);
          return (
            <tr key={skill}>
              <th scope="row">{t(`skill.${skill}`)}</th>
              <td>
                <TierName tier={levels[skill].tier} />
              </td>
              <td>
                {t(`selfTest.table.${certainty.degree}`, {
                  percent: certainty.percent,
                  other: t(`tier.${certainty.other}`),
                  otherPercent: certainty.otherPercent,
                })}
              </td>
              <td>
                {t('selfTest.table.right', {
                  right: own.filter(({ chosen, right }) => chosen === right).length,
                  asked: own.length,
                })}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
