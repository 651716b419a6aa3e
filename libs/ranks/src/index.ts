export { type Evidence, evidenceOf, type Pass } from './evidence.js';
export { overallTier, type RankedLab, retests, type SkillStanding, standings } from './ranks.js';
