import { labDocumentSchema, type Tier, tiers } from '@kubedan/contracts';
import { UserError } from '../output.js';

/** Where a lab is among the labs: `<tier>/<name>`. */
export interface LabAddress {
  tier: Tier;
  name: string;
}

const nameSchema = labDocumentSchema.shape.metadata.shape.name;

/**
 * @param text `<tier>/<name>` as it stands on the command line
 * @throws UserError (status 2) with what is allowed
 */
export function readLabAddress(text: string): LabAddress {
  const [tierText = '', name = '', ...rest] = text.split('/');
  const tier = tiers.find((one) => one === tierText);
  if (tier === undefined || name === '' || rest.length > 0)
    throw new UserError(
      `${JSON.stringify(text)} is no place for a lab: write <tier>/<name>, such as silver/first-rollback (tiers: ${tiers.join(', ')}).`,
      2,
    );
  if (!nameSchema.safeParse(name).success)
    throw new UserError(
      `${JSON.stringify(name)} is no name for a lab: up to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit.`,
      2,
    );
  return { tier, name };
}
