import { z } from 'zod';
import { auditFilterSchema } from './audit-filter.js';
import { durationSchema } from './duration.js';
import { execTargetSchema } from './exec-target.js';
import { httpTargetSchema } from './http-target.js';
import { imageCatalogueSchema } from './image.js';
import { costTargetSchema, sloTargetSchema, trafficTargetSchema } from './measured-targets.js';
import { localizedTextSchema, type LocalizedText } from './text.js';
import { worldSchema } from './world.js';

export const tiers = ['bronze', 'silver', 'gold', 'diamond'] as const;
export const tierSchema = z.enum(tiers);
export type Tier = z.infer<typeof tierSchema>;

export const skills = ['containerize', 'configure', 'scale', 'heal', 'observe', 'economize'] as const;
export const skillSchema = z.enum(skills);
export type Skill = z.infer<typeof skillSchema>;

/** What a lab can ask of a provider beyond a control plane. */
export const capabilities = ['control-plane', 'workloads', 'traffic', 'gpu'] as const;
export const capabilitySchema = z.enum(capabilities);
export type Capability = z.infer<typeof capabilitySchema>;

const idSchema = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, { error: 'expected lower-case letters, digits and dashes' });
const relativePathSchema = z.string().regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/, {
  error: "expected a path inside the lab's folder, without ..",
});

export const variableSchema = z
  .union([
    z.strictObject({
      oneOf: z
        .array(z.union([z.string(), z.number()]))
        .min(2)
        .describe(
          'At least two values to draw one of: up to 63 letters, digits, or . _ : / @ + - each, as they stand in YAML, shells and expressions alike.',
        ),
    }),
    z.strictObject({
      int: z
        .tuple([z.int(), z.int()])
        .meta({ description: 'The least and the greatest whole number, both included.', minItems: 2, maxItems: 2 }),
    }),
  ])
  .describe('What the variable is drawn from: `oneOf` a list, or `int`, a whole number from the first to the second.');
export type VariableSpec = z.infer<typeof variableSchema>;

/** Pairs that make no sense together are refused here, so that a check has exactly one meaning. */
const timing = {
  holds: durationSchema
    .optional()
    .describe('The check passes once it has been true for so long without a break: `500ms`, `30s`, `1m30s`.'),
  latched: z.boolean().optional().describe('The check stays passed from the first moment it was true.'),
  always: z
    .boolean()
    .optional()
    .describe('A rule: it passes from the start and fails for good once it is broken. It must hold at the start.'),
};
const worth = {
  points: z.int().min(0).max(100).default(1).describe('What the check is worth, 0 to 100.'),
  otherwise: localizedTextSchema
    .optional()
    .describe(
      'What the learner is told while the check fails: what was seen and what is wanted, not how to get there. `{{ … }}` is an expression.',
    ),
};
const checkId = idSchema.describe('Names the check: lower-case letters, digits and dashes, once in the lab.');
/** A title says what is true when the check passes; a question needs none. */
const common = {
  id: checkId,
  title: localizedTextSchema.describe('In a few words, what is true when the check passes.'),
  ...worth,
};
const expression = {
  expect: z
    .string()
    .min(1)
    .describe(
      'A CEL expression that is true when the check passes. A field that is not there fails the check; has(), all(), exists(), size(), quantity() and more are there.',
    ),
  ...timing,
};

const apiVersionSchema = z.string().min(1).describe('Group and version, as in a manifest: `v1`, `apps/v1`.');
const kindSchema = z.string().min(1).describe('The kind, as in a manifest: `Pod`, `Deployment`.');
const namespaceSchema = z
  .string()
  .min(1)
  .optional()
  .describe('Where the object is; left out for what is in no namespace, such as a Node.');

export const objectRefSchema = z.strictObject({
  apiVersion: apiVersionSchema,
  kind: kindSchema,
  namespace: namespaceSchema,
  name: z.string().min(1).describe("The object's name."),
});
export const objectsQuerySchema = z.strictObject({
  apiVersion: apiVersionSchema,
  kind: kindSchema,
  namespace: namespaceSchema.describe('Where the objects are; all namespaces when left out.'),
  labels: z.record(z.string(), z.string()).optional().describe('Labels that each of the objects has.'),
});
export const objectCheckSchema = z.strictObject({
  ...common,
  ...expression,
  object: objectRefSchema.describe(
    'Looks at one object of the cluster: the expression sees `object`, and `given`, the same at the hand-over. It fails while there is none.',
  ),
});
export const objectsCheckSchema = z.strictObject({
  ...common,
  ...expression,
  objects: objectsQuerySchema.describe(
    'Looks at all objects that match: the expression sees the list `objects`, which may be empty, and `given`, the same at the hand-over.',
  ),
});
export const helmCheckSchema = z.strictObject({
  ...common,
  ...expression,
  helm: z
    .strictObject({
      namespace: z.string().min(1).describe('Where the release is.'),
      release: z.string().min(1).describe("The release's name."),
    })
    .describe(
      'Looks at a release of Helm: the expression sees `release` (name, namespace, revision, status, chart, values, allValues, history), and `given`.',
    ),
});
export const fileCheckSchema = z.strictObject({
  ...common,
  ...expression,
  file: z
    .strictObject({
      path: relativePathSchema.describe("Relative to the learner's workspace."),
      format: z
        .enum(['text', 'yaml', 'json', 'dockerfile'])
        .default('text')
        .describe(
          'How it is read; yaml and json give `file.data`, dockerfile gives `file.instructions` and `file.stages`.',
        ),
    })
    .describe(
      "Looks at a file in the learner's workspace: the expression sees `file` (path, text, lines, and more by its format).",
    ),
});
export const httpCheckSchema = z.strictObject({ ...common, ...expression, http: httpTargetSchema });
export const execCheckSchema = z.strictObject({ ...common, ...expression, exec: execTargetSchema });
export const auditCheckSchema = z.strictObject({ ...common, ...expression, audit: auditFilterSchema });
export const sloCheckSchema = z.strictObject({ ...common, ...expression, slo: sloTargetSchema });
export const costCheckSchema = z.strictObject({ ...common, ...expression, cost: costTargetSchema });
export const trafficCheckSchema = z.strictObject({ ...common, ...expression, traffic: trafficTargetSchema });
const drawnValueSchema = z.union([z.string(), z.number()]);
export const askOptionSchema = z.strictObject({
  id: idSchema.describe('Names the option, once in the question.'),
  text: localizedTextSchema.describe('What the learner can choose.'),
  /** True or false once a lab is bound. */
  correct: z
    .union([z.boolean(), z.record(z.string(), z.union([drawnValueSchema, z.array(drawnValueSchema).min(1)]))])
    .default(false)
    .describe(
      'It belongs to the right answer: with every seed, or with those that draw for each variable named one of its values.',
    ),
});
export type AskOption = z.infer<typeof askOptionSchema>;
export const askCheckSchema = z.strictObject({
  id: checkId,
  ...worth,
  ask: z
    .strictObject({
      question: localizedTextSchema.describe('What is asked.'),
      choose: z
        .enum(['one', 'several'])
        .default('one')
        .describe('How many options are right: exactly one, or any number of them.'),
      options: z
        .array(askOptionSchema)
        .min(2)
        .max(8)
        .meta({
          description: 'Two to eight options, at least one of them `correct`.',
          contains: { required: ['correct'], properties: { correct: { not: { const: false } } } },
        }),
      explanation: localizedTextSchema.describe('Why the right answer is right; shown once it was given.'),
    })
    .describe('A question, single or several choices: the form for people who do not code.'),
});
export const checkKinds = [
  'object',
  'objects',
  'helm',
  'file',
  'http',
  'exec',
  'audit',
  'slo',
  'cost',
  'traffic',
  'ask',
] as const;
export type CheckKind = (typeof checkKinds)[number];
/** A check has the field that its kind is called by, and no other of them. */
export const checkSchemas = {
  object: objectCheckSchema,
  objects: objectsCheckSchema,
  helm: helmCheckSchema,
  file: fileCheckSchema,
  http: httpCheckSchema,
  exec: execCheckSchema,
  audit: auditCheckSchema,
  slo: sloCheckSchema,
  cost: costCheckSchema,
  traffic: trafficCheckSchema,
  ask: askCheckSchema,
} as const satisfies Record<CheckKind, z.ZodType>;
export const checkSchema = z.union([
  objectCheckSchema,
  objectsCheckSchema,
  helmCheckSchema,
  fileCheckSchema,
  httpCheckSchema,
  execCheckSchema,
  auditCheckSchema,
  sloCheckSchema,
  costCheckSchema,
  trafficCheckSchema,
  askCheckSchema,
]);
export type CheckSpec = z.infer<typeof checkSchema>;

/** A check that measures what the traffic of a world comes to. */
export type MeasuredCheck = Extract<CheckSpec, { slo: unknown } | { cost: unknown } | { traffic: unknown }>;

export function isMeasured(check: CheckSpec): check is MeasuredCheck {
  return 'slo' in check || 'cost' in check || 'traffic' in check;
}

/** @returns how far a check that measures looks back */
export function windowOf(check: MeasuredCheck): string {
  if ('slo' in check) return check.slo.window;
  return 'cost' in check ? check.cost.window : check.traffic.window;
}

/** @returns which kind of check this is: the one of checkKinds that it has as a field */
export function kindOfCheck(check: CheckSpec): CheckKind {
  for (const kind of checkKinds) if (kind in check) return kind;
  throw new TypeError(`a check without any of ${checkKinds.join(', ')}`);
}

/** @returns what a check is called: its title, or its question */
export function titleOfCheck(check: CheckSpec): LocalizedText {
  return 'ask' in check ? check.ask.question : check.title;
}

export const taskSchema = z.strictObject({
  id: idSchema.describe('Names the task: lower-case letters, digits and dashes, once in the lab.'),
  title: localizedTextSchema.describe('What is to be done, in a few words.'),
  hints: z
    .array(localizedTextSchema)
    .default([])
    .describe('Shown one by one when the learner asks: the first says where to look, the last may nearly say it.'),
  checks: z.array(checkSchema).min(1).describe('The conditions that make the task done; at least one.'),
});
export type TaskSpec = z.infer<typeof taskSchema>;

export const wrongAnswerSchema = z
  .strictObject({
    name: idSchema.describe('Says what is wrong about it: lower-case letters, digits and dashes.'),
    run: relativePathSchema.optional().describe("A script in the lab's folder, run as the learner: `wrong/scale.sh`."),
    answers: z
      .record(idSchema, z.array(idSchema))
      .optional()
      .describe('Answers given to questions: the id of an `ask` check, and the ids of the options chosen.'),
    fails: z.array(idSchema).min(1).describe('The checks that must catch it: each of them says `fail` afterwards.'),
  })
  .meta({ anyOf: [{ required: ['run'] }, { required: ['answers'] }] });
export type WrongAnswer = z.infer<typeof wrongAnswerSchema>;

export const labDocumentSchema = z.strictObject({
  apiVersion: z.literal('kubedan.dev/v1').describe('The version of this format.'),
  kind: z.literal('Lab').describe('What this file describes.'),
  metadata: z
    .strictObject({
      name: idSchema.describe("The name of the lab's folder: lower-case letters, digits and dashes."),
      tier: tierSchema.describe('For whom it is: who is at this tier, or about to reach it.'),
      skills: z.array(skillSchema).min(1).max(2).describe('The one or two skills that it trains.'),
      title: localizedTextSchema.describe('What the lab is called.'),
      summary: localizedTextSchema.optional().describe('A sentence or two for the list of labs.'),
      minutes: z.int().min(1).max(240).describe('How long somebody of that tier needs, 1 to 240 minutes.'),
    })
    .describe('Who the lab is for.'),
  spec: z
    .strictObject({
      needs: z
        .strictObject({
          nodes: z.int().min(1).max(10).default(1).describe('How many nodes, 1 to 10: `node-1`, `node-2`, …'),
          capabilities: z
            .array(capabilitySchema)
            .default([])
            .describe(
              'What the cluster must be able to do beyond its control plane, such as containers that really run.',
            ),
          tools: z
            .array(z.enum(['helm']))
            .default([])
            .describe("What there is in the learner's terminal besides kubectl."),
        })
        .default({ nodes: 1, capabilities: [], tools: [] })
        .describe('Decides which clusters will do.'),
      namespace: z
        .string()
        .min(1)
        .optional()
        .describe(
          "Where the learner's kubeconfig points at first. It is not made by itself: it stands in the manifests.",
        ),
      variables: z
        .record(
          z.string().regex(/^[a-z][A-Za-z0-9]*$/, { error: 'expected a lower-case letter, then letters and digits' }),
          variableSchema,
        )
        .default({})
        .describe(
          "Drawn from the session's seed; `${name}` stands for the value in lab.yaml, texts, manifests, scripts and workspace files.",
        ),
      images: imageCatalogueSchema
        .default({})
        .describe(
          'The image catalogue: how containers behave on clusters that play their Pods. An image that is not listed does not exist.',
        ),
      world: worldSchema
        .optional()
        .describe('Traffic, dependencies, incidents and prices around the cluster; none when left out.'),
      given: z
        .array(relativePathSchema)
        .default([])
        .describe("Manifests in the lab's folder that the set-up applies, in order: `given/shop.yaml`."),
      setup: relativePathSchema
        .optional()
        .describe(
          'A script that the set-up runs after the manifests, for what they cannot say: a history, a release of Helm.',
        ),
      workspace: relativePathSchema.optional().describe("A folder whose files are copied into the learner's home."),
      ready: z
        .array(
          z.strictObject({
            object: objectRefSchema.describe('The object that is waited for.'),
            expect: z.string().min(1).describe('A CEL expression on `object`.'),
          }),
        )
        .default([])
        .describe('What must be true before the cluster is handed over; each is waited for.'),
      tasks: z.array(taskSchema).min(1).describe('The steps that the learner reads, in order; at least one.'),
      solution: z
        .array(relativePathSchema)
        .default([])
        .describe('Scripts that solve the lab, run in order as the learner: after them all checks pass.'),
      wrong: z
        .array(wrongAnswerSchema)
        .default([])
        .describe('Answers that must not pass: what a hurried person would try.'),
    })
    .describe('What the learner finds, what they are to reach, and how it is proved.'),
});
export type LabDocument = z.infer<typeof labDocumentSchema>;
