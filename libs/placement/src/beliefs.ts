import { type Skill, skills, type Tier } from '@kubedan/contracts';
import { normalCumulative } from './normal.js';
import { type ItemParameters, type ItemResponse, knowing, withoutKnowing } from './response-model.js';
import { cutPoints, medianTier, prior, tierAt } from './scale.js';

/*
 * The estimate is EAP, expected a posteriori (R. D. Bock & R. J. Mislevy, "Adaptive EAP estimation of ability in a
 * microcomputer environment", Applied Psychological Measurement 6, 1982): the posterior's mean, and its standard deviation as
 * the error, by quadrature on fixed points. The unknowns are g, six s and the candour; given g and the candour, skills are
 * independent, so each s is summed over for itself and seven dimensions cost no more than two (R. D. Gibbons & D. R. Hedeker,
 * "Full-information item bi-factor analysis", Psychometrika 57, 1992). The sums are exact but for the grid.
 */

/** Logits between two points of an ability: a fifth of a tier's band. Sums over smooth bells are exact to many digits with it. */
const step = 0.26;
/** Steps between two points of g. */
const stride = 2;
/** s reaches from -2.86 to 2.86: four standard deviations. */
const specifics = Array.from({ length: 23 }, (_, index) => (index - 11) * step);
/** g reaches from -6.07 to 5.89: four standard deviations. */
const generals = Array.from({ length: 24 }, (_, index) => -6.07 + index * stride * step);
/** All sums of the two. The cut points lie in the middle between two, so that each tier's share is a plain sum. */
const abilities = Array.from({ length: 69 }, (_, index) => -8.93 + index * step);
/** Before the first answer, each candour from 0 to 1 is as likely: Gauss and Legendre's five points and weights. */
const candours = [
  { candour: 0.046_910_077, weight: 0.118_463_443 },
  { candour: 0.230_765_345, weight: 0.239_314_335 },
  { candour: 0.5, weight: 0.284_444_444 },
  { candour: 0.769_234_655, weight: 0.239_314_335 },
  { candour: 0.953_089_923, weight: 0.118_463_443 },
];

const specificWeights = weights(specifics, 0, prior.specific);
const generalWeights = weights(generals, prior.mean, prior.general);
const bandOf: readonly Tier[] = abilities.map(tierAt);

/** What is believed of a person after some answers. */
export interface Beliefs {
  /** The average over the six skills. */
  overall: Level;
  skills: Readonly<Record<Skill, Level>>;
  /** The probability of each point of the grid of abilities, in each skill. */
  densities: Readonly<Record<Skill, Float64Array>>;
  /** Expected probability that this person says so when not knowing an answer. */
  candour: number;
}

/** An ability, how sure that is, and the tier that it means. */
export interface Level {
  /** The highest tier reached with a probability of a half or more. */
  tier: Tier;
  /** Logits. */
  ability: number;
  /** Standard error, logits. */
  error: number;
  /** Together 1. */
  probabilities: Record<Tier, number>;
}

/** For one candour: the answers on each skill that was asked, and what they say at each g. */
interface Hypothesis {
  candour: number;
  /** The probability of this candour together with each g. */
  general: Float64Array;
  asked: Map<Skill, AskedSkill>;
}
interface AskedSkill {
  /** The answers' likelihood at each ability. */
  curve: Float64Array;
  /** At each g: the curve averaged over s, and the mean and variance of s. */
  evidence: Float64Array;
  mean: Float64Array;
  variance: Float64Array;
}

/** @returns what these answers, in any order, make one believe */
export function believe(responses: readonly ItemResponse[]): Beliefs {
  const known = responses.map((response) => ({ response, known: knowingCurve(response) }));
  const hypotheses = candours.map(({ candour, weight }) => hypothesis(known, candour, weight));
  const total = hypotheses.reduce((sum, { general }) => sum + sumOf(general), 0);
  for (const { general } of hypotheses) for (const index of general.keys()) general[index]! /= total;
  const densities = bySkill((skill) => density(hypotheses, skill));
  return {
    overall: overallLevel(hypotheses),
    skills: bySkill((skill) => levelOf(densities[skill])),
    densities,
    candour: hypotheses.reduce((sum, { candour, general }) => sum + candour * sumOf(general), 0),
  };
}

/** @returns the probability of knowing the answer at each point of the grid of abilities */
export function knowingCurve(item: Pick<ItemParameters, 'difficulty' | 'discrimination'>): Float64Array {
  const curve = new Float64Array(abilities.length);
  for (let index = 0; index < curve.length; index += 1) curve[index] = knowing(item, abilities[index]!);
  return curve;
}

function hypothesis(
  responses: readonly { response: ItemResponse; known: Float64Array }[],
  candour: number,
  weight: number,
): Hypothesis {
  const likelihoods = new Map<Skill, Float64Array>();
  for (const { response, known } of responses) {
    const { skill, outcome, guessing } = response;
    const luck = withoutKnowing(outcome, guessing, candour);
    const knowledge = outcome === 'right' ? 1 : 0;
    const curve = likelihoods.get(skill) ?? new Float64Array(abilities.length).fill(1);
    for (let index = 0; index < curve.length; index += 1) {
      curve[index]! *= luck + (knowledge - luck) * known[index]!;
    }
    likelihoods.set(skill, curve);
  }
  const asked = new Map([...likelihoods].map(([skill, curve]) => [skill, askedSkill(curve)]));
  const general = generalWeights.map((share) => share * weight);
  for (const { evidence } of asked.values()) {
    for (let g = 0; g < general.length; g += 1) general[g]! *= evidence[g]!;
  }
  return { candour, general, asked };
}

function askedSkill(curve: Float64Array): AskedSkill {
  const evidence = new Float64Array(generals.length);
  const mean = new Float64Array(generals.length);
  const variance = new Float64Array(generals.length);
  for (let g = 0; g < generals.length; g += 1) {
    let sum = 0;
    let first = 0;
    let second = 0;
    for (let s = 0; s < specifics.length; s += 1) {
      const at = specifics[s]!;
      const share = specificWeights[s]! * curve[stride * g + s]!;
      sum += share;
      first += share * at;
      second += share * at * at;
    }
    evidence[g] = sum;
    mean[g] = first / sum;
    variance[g] = second / sum - (first / sum) ** 2;
  }
  return { curve, evidence, mean, variance };
}

/** The ability in one skill; candour and g are summed over. */
function density(hypotheses: readonly Hypothesis[], skill: Skill): Float64Array {
  const result = new Float64Array(abilities.length);
  for (const { general, asked } of hypotheses) {
    const own = asked.get(skill);
    const before = new Float64Array(abilities.length);
    for (let g = 0; g < generals.length; g += 1) {
      const share = own === undefined ? general[g]! : general[g]! / own.evidence[g]!;
      for (let s = 0; s < specifics.length; s += 1) before[stride * g + s]! += share * specificWeights[s]!;
    }
    for (let index = 0; index < result.length; index += 1) {
      result[index]! += own === undefined ? before[index]! : before[index]! * own.curve[index]!;
    }
  }
  return result;
}

function levelOf(shares: Float64Array): Level {
  let ability = 0;
  let square = 0;
  const probabilities = { bronze: 0, silver: 0, gold: 0, diamond: 0 };
  for (const [index, at] of abilities.entries()) {
    const share = shares[index]!;
    ability += share * at;
    square += share * at * at;
    probabilities[bandOf[index]!] += share;
  }
  return { tier: medianTier(probabilities), ability, error: Math.sqrt(square - ability ** 2), probabilities };
}

/**
 * The average over the six skills. Its mean and variance given g and the candour are exact; its shape given them, that of an
 * average of six independent numbers, is taken for normal.
 */
function overallLevel(hypotheses: readonly Hypothesis[]): Level {
  const below = { silver: 0, gold: 0, diamond: 0 };
  let ability = 0;
  let square = 0;
  for (const { general, asked } of hypotheses) {
    const untouched = (skills.length - asked.size) * prior.specific ** 2;
    for (let g = 0; g < generals.length; g += 1) {
      let sumOfMeans = 0;
      let sumOfVariances = untouched;
      for (const { mean, variance } of asked.values()) {
        sumOfMeans += mean[g]!;
        sumOfVariances += variance[g]!;
      }
      const mean = generals[g]! + sumOfMeans / skills.length;
      const variance = sumOfVariances / skills.length ** 2;
      ability += general[g]! * mean;
      square += general[g]! * (mean ** 2 + variance);
      for (const tier of ['silver', 'gold', 'diamond'] as const) {
        below[tier] += general[g]! * normalCumulative((cutPoints[tier] - mean) / Math.sqrt(variance));
      }
    }
  }
  const probabilities = {
    bronze: below.silver,
    silver: below.gold - below.silver,
    gold: below.diamond - below.gold,
    diamond: 1 - below.diamond,
  };
  return { tier: medianTier(probabilities), ability, error: Math.sqrt(square - ability ** 2), probabilities };
}

function bySkill<T>(value: (skill: Skill) => T): Record<Skill, T> {
  return Object.fromEntries(skills.map((skill) => [skill, value(skill)])) as Record<Skill, T>;
}

function weights(points: readonly number[], mean: number, deviation: number): Float64Array {
  const values = Float64Array.from(points, (point) => Math.exp(-(((point - mean) / deviation) ** 2) / 2));
  const sum = sumOf(values);
  return values.map((value) => value / sum);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
