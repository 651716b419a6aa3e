import { z } from 'zod';
import { durationSchema } from './duration.js';
import { workSchema } from './work.js';

const portSchema = z.int().min(1).max(65535);
const logsSchema = z.union([z.string(), z.array(z.string())]);
const absolutePathSchema = z.string().regex(/^\//, { error: 'expected a path that begins with /' });
/** A Kubernetes quantity, as far as images need it: `64Mi`, `1Gi`, `250m`, `2`. */
export const quantitySchema = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, { error: 'expected a quantity such as 64Mi, 250m or 2' });

const ending = {
  exitCode: z.int().min(0).max(255).describe('With which it ends, 0 to 255.'),
  after: durationSchema.optional().describe('From start until it ends; 0s when left out.'),
  logs: logsSchema.optional().describe('What it writes before it ends.'),
};

/** How the containers of one image behave in the world. Every field is optional: `{}` starts at once and runs for ever. */
export const imageBehaviourSchema = z.strictObject({
  serves: portSchema
    .optional()
    .describe('The port that answers HTTP 200 once the container has started; none when left out.'),
  paths: z
    .array(absolutePathSchema)
    .optional()
    .describe('The paths that answer 200; others answer 404. All paths answer when left out.'),
  startsIn: durationSchema.optional().describe('From start until the port answers; 0s when left out.'),
  pullsIn: durationSchema.optional().describe('How long the first pull on a node takes; 200ms when left out.'),
  logs: logsSchema.optional().describe('What `kubectl logs` shows: a text or a list of lines.'),
  memory: quantitySchema
    .optional()
    .describe("Resident memory once started, such as `64Mi`; above the container's limit it is OOMKilled."),
  exits: z.strictObject(ending).optional().describe('The container ends by itself; it runs for ever when left out.'),
  crashes: z
    .strictObject({
      ...ending,
      exitCode: z.int().min(1).max(255).describe('With which it ends, 1 to 255.'),
      when: z
        .strictObject({
          missingEnv: z
            .string()
            .min(1)
            .optional()
            .describe('It crashes as long as this environment variable is not set.'),
          missingFile: absolutePathSchema.optional().describe('It crashes as long as there is no such file.'),
        })
        .optional()
        .describe('Limits the crash to a condition; it always crashes when left out.'),
    })
    .optional()
    .describe('The container ends by itself, as with `exits`, but only as long as the condition holds.'),
  unhealthyAfter: durationSchema
    .optional()
    .describe('From start, after which the port answers 500; never when left out.'),
  stopsIn: durationSchema
    .optional()
    .describe(
      'How long the container takes to end after SIGTERM; 0s when left out. Beyond the grace period it is killed.',
    ),
  work: workSchema.optional().describe('What requests cost it. Without it they cost nothing and are answered at once.'),
});
export type ImageBehaviour = z.infer<typeof imageBehaviourSchema>;

/** Image reference → behaviour. A reference that is not listed does not exist: ErrImagePull. */
export const imageCatalogueSchema = z.record(z.string().min(1), imageBehaviourSchema);
export type ImageCatalogue = z.infer<typeof imageCatalogueSchema>;
