import { z } from 'zod';
import { durationSchema } from './duration.js';

const portSchema = z.int().min(1).max(65535);
const logsSchema = z.union([z.string(), z.array(z.string())]);
/** A Kubernetes quantity, as far as images need it: `64Mi`, `1Gi`, `250m`, `2`. */
export const quantitySchema = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, { error: 'expected a quantity such as 64Mi, 250m or 2' });

/** How the containers of one image behave in the world. Every field is optional: `{}` starts at once and runs for ever. */
export const imageBehaviourSchema = z.strictObject({
  /** Port that answers HTTP 200 once the container is ready. */
  serves: portSchema.optional(),
  /** Paths that answer 200; others answer 404. All paths answer when absent. */
  paths: z.array(z.string().startsWith('/')).optional(),
  /** From start until the port answers. Default 0s. */
  startsIn: durationSchema.optional(),
  /** How long the first pull on a node takes. Default 200ms. */
  pullsIn: durationSchema.optional(),
  /** What `kubectl logs` shows. */
  logs: logsSchema.optional(),
  /** Resident memory once started; above the container's limit it is OOMKilled. */
  memory: quantitySchema.optional(),
  /** Ends by itself with this code. */
  exits: z
    .strictObject({ exitCode: z.int().min(0).max(255), after: durationSchema.optional(), logs: logsSchema.optional() })
    .optional(),
  /** Like exits, but only as long as the condition holds (always when there is none). */
  crashes: z
    .strictObject({
      exitCode: z.int().min(1).max(255),
      after: durationSchema.optional(),
      logs: logsSchema.optional(),
      when: z
        .strictObject({
          missingEnv: z.string().min(1).optional(),
          missingFile: z.string().startsWith('/').optional(),
        })
        .optional(),
    })
    .optional(),
  /** From start after which the port answers 500. */
  unhealthyAfter: durationSchema.optional(),
  /** How long the container takes to end after SIGTERM. Default 0s; beyond the grace period it is killed. */
  stopsIn: durationSchema.optional(),
});
export type ImageBehaviour = z.infer<typeof imageBehaviourSchema>;

/** Image reference → behaviour. A reference that is not listed does not exist: ErrImagePull. */
export const imageCatalogueSchema = z.record(z.string().min(1), imageBehaviourSchema);
export type ImageCatalogue = z.infer<typeof imageCatalogueSchema>;
