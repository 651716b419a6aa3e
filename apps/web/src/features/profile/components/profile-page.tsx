import { type Profile, type Skill, skills, tiers } from '@kubedan/contracts';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import { SkillRadar, type SkillValue } from '../../../components/skill-radar';
import standing from '../../../components/standing.module.css';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { SelfTestCard } from '../../placement';
import { useProfile } from '../api/use-profile';
import { reachOf } from '../reach';
import { Path } from './path';
import styles from './profile-page.module.css';
import { RankTable } from './rank-table';
import { Retests } from './retests';

/** Which tier one holds in which skill, what is missing for the next, and what wants to be shown again. */
export function ProfilePage() {
  const { t } = useText();
  useTitle(t('profile.title'));
  const profile = useProfile();
  if (profile.isPending) return <Loading />;
  if (profile.data === undefined) {
    return (
      <div className={`wrap ${standing.page}`}>
        <ProblemNotice error={profile.error} onRetry={() => void profile.refetch()} />
      </div>
    );
  }
  return (
    <div className={`wrap ${standing.page}`}>
      <Head profile={profile.data} />
      <Retests profile={profile.data} />
      <section className={standing.section} aria-labelledby="profile-skills">
        <h2 id="profile-skills">{t('profile.skills')}</h2>
        <div className={standing.columns}>
          <SkillRadar values={valuesOf(profile.data)} />
          <RankTable profile={profile.data} />
        </div>
      </section>
      <Path profile={profile.data} />
      <SelfTestCard />
    </div>
  );
}

function Head({ profile: { tier, skills: ranks } }: { profile: Profile }) {
  const { t } = useText();
  const goal = tiers[tier === undefined ? 0 : tiers.indexOf(tier) + 1];
  const holders = ranks.filter((rank) => goal && rank.tier && tiers.indexOf(rank.tier) >= tiers.indexOf(goal)).length;
  return (
    <section className={standing.stone} data-tier={tier ?? 'none'} aria-labelledby="profile-title">
      <TierStone tier={tier ?? 'bronze'} size={104} empty={tier === undefined} />
      <div>
        <p className={standing.over}>{t('profile.title')}</p>
        <h1 id="profile-title">{tier === undefined ? t('profile.none') : t(`tier.${tier}`)}</h1>
        <p className={styles.goal}>
          {goal === undefined
            ? t('profile.top')
            : t('profile.goal', { tier: t(`tier.${goal}`), held: holders, needed: skills.length / 2 })}
        </p>
      </div>
    </section>
  );
}

function valuesOf({ skills: ranks }: Profile): Record<Skill, SkillValue> {
  const values = ranks.map((rank): [Skill, SkillValue] => [
    rank.skill,
    { share: reachOf(rank), ...(rank.tier === undefined ? {} : { tier: rank.tier }) },
  ]);
  return Object.fromEntries(values) as Record<Skill, SkillValue>;
}
