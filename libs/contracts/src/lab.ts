import { z } from 'zod';
import { durationSchema } from './duration.js';
import { imageCatalogueSchema } from './image.js';
import { localizedTextSchema, type LocalizedText } from './text.js';

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
const relativePathSchema = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
    error: "expected a path inside the lab's folder, without ..",
  });

export const variableSchema = z.union([
  z.strictObject({ oneOf: z.array(z.union([z.string(), z.number()])).min(2) }),
  z.strictObject({ int: z.tuple([z.int(), z.int()]) }),
]);
export type VariableSpec = z.infer<typeof variableSchema>;

/** Pairs that make no sense together are refused here, so that a check has exactly one meaning. */
const timing = {
  /** True without a break for this long. */
  holds: durationSchema.optional(),
  /** Once true, it stays passed. */
  latched: z.boolean().optional(),
  /** A rule that must never be broken from the hand-over on. */
  always: z.boolean().optional(),
};
const worth = { points: z.int().min(0).max(100).default(1), otherwise: localizedTextSchema.optional() };
/** A title says what is true when the check passes; a question needs none. */
const common = { id: idSchema, title: localizedTextSchema, ...worth };
const expression = {
  expect: z.string().min(1),
  ...timing,
};

export const objectRefSchema = z.strictObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  namespace: z.string().min(1).optional(),
  name: z.string().min(1),
});
export const objectsQuerySchema = z.strictObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  namespace: z.string().min(1).optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export const objectCheckSchema = z.strictObject({ ...common, ...expression, object: objectRefSchema });
export const objectsCheckSchema = z.strictObject({ ...common, ...expression, objects: objectsQuerySchema });
export const helmCheckSchema = z.strictObject({
  ...common,
  ...expression,
  helm: z.strictObject({ namespace: z.string().min(1), release: z.string().min(1) }),
});
export const fileCheckSchema = z.strictObject({
  ...common,
  ...expression,
  file: z.strictObject({
    path: relativePathSchema,
    format: z.enum(['text', 'yaml', 'json', 'dockerfile']).default('text'),
  }),
});
export const askOptionSchema = z.strictObject({
  id: idSchema,
  text: localizedTextSchema,
  correct: z.boolean().default(false),
});
export const askCheckSchema = z.strictObject({
  id: idSchema,
  ...worth,
  ask: z.strictObject({
    question: localizedTextSchema,
    choose: z.enum(['one', 'several']).default('one'),
    options: z.array(askOptionSchema).min(2).max(8),
    explanation: localizedTextSchema,
  }),
});
export const checkSchema = z.union([
  objectCheckSchema,
  objectsCheckSchema,
  helmCheckSchema,
  fileCheckSchema,
  askCheckSchema,
]);
export type CheckSpec = z.infer<typeof checkSchema>;
export const checkKinds = ['object', 'objects', 'helm', 'file', 'ask'] as const;
export type CheckKind = (typeof checkKinds)[number];

/** @returns which kind of check this is: the one of checkKinds that it has as a field */
export function kindOfCheck(check: CheckSpec): CheckKind {
  for (const kind of checkKinds) if (kind in check) return kind;
  throw new TypeError('a check without object, objects, helm, file or ask');
}

/** @returns what a check is called: its title, or its question */
export function titleOfCheck(check: CheckSpec): LocalizedText {
  return 'ask' in check ? check.ask.question : check.title;
}

export const taskSchema = z.strictObject({
  id: idSchema,
  title: localizedTextSchema,
  hints: z.array(localizedTextSchema).default([]),
  checks: z.array(checkSchema).min(1),
});
export type TaskSpec = z.infer<typeof taskSchema>;

export const wrongAnswerSchema = z.strictObject({
  name: idSchema,
  run: relativePathSchema.optional(),
  /** Answers given to `ask` checks: check id → option ids. */
  answers: z.record(idSchema, z.array(idSchema)).optional(),
  fails: z.array(idSchema).min(1),
});
export type WrongAnswer = z.infer<typeof wrongAnswerSchema>;

export const labDocumentSchema = z.strictObject({
  apiVersion: z.literal('kubedan.dev/v1'),
  kind: z.literal('Lab'),
  metadata: z.strictObject({
    name: idSchema,
    tier: tierSchema,
    skills: z.array(skillSchema).min(1).max(2),
    title: localizedTextSchema,
    summary: localizedTextSchema.optional(),
    minutes: z.int().min(1).max(240),
  }),
  spec: z.strictObject({
    needs: z
      .strictObject({
        nodes: z.int().min(1).max(10).default(1),
        capabilities: z.array(capabilitySchema).default([]),
        tools: z.array(z.enum(['helm'])).default([]),
      })
      .default({ nodes: 1, capabilities: [], tools: [] }),
    /** Where the learner's kubeconfig points at first. */
    namespace: z.string().min(1).optional(),
    variables: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), variableSchema).default({}),
    images: imageCatalogueSchema.default({}),
    /** Manifests applied by the set-up, in order. */
    given: z.array(relativePathSchema).default([]),
    /** A script that the set-up runs after the manifests, for example helm install. */
    setup: relativePathSchema.optional(),
    /** A folder whose files are copied into the learner's workspace. */
    workspace: relativePathSchema.optional(),
    /** What must be true before the lab is handed over; each is waited for. */
    ready: z.array(z.strictObject({ object: objectRefSchema, expect: z.string().min(1) })).default([]),
    tasks: z.array(taskSchema).min(1),
    solution: z.array(relativePathSchema).default([]),
    wrong: z.array(wrongAnswerSchema).default([]),
  }),
});
export type LabDocument = z.infer<typeof labDocumentSchema>;
