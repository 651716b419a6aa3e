import { type PlacementLevel, type Skill, skills } from '@kubedan/contracts';
import { SkillRadar, type SkillValue } from '../../../components/skill-radar';
import { placeOnScale } from '../scale';

/** The line is the estimate, the band around it one standard error to both sides. */
export function RadarChart({ levels }: { levels: Readonly<Record<Skill, PlacementLevel>> }) {
  const values = skills.map((skill): [Skill, SkillValue] => {
    const { ability, error, tier } = levels[skill];
    const band = [placeOnScale(ability - error), placeOnScale(ability + error)] as const;
    return [skill, { share: placeOnScale(ability), band, tier }];
  });
  return <SkillRadar values={Object.fromEntries(values) as Record<Skill, SkillValue>} />;
}
