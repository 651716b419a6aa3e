import { z } from 'zod';
import { objectNameSchema, templated } from './templated.js';

/** As the API server calls what a request does. */
export const auditVerbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/** Which requests an `audit` check sees; of a part that is absent, all. */
export const auditFilterSchema = z.strictObject({
  verbs: z.array(z.enum(auditVerbs)).min(1).optional(),
  /** `pods`, `pods/exec`, `pods/*` (with all subresources), `deployments.apps` (of this group alone). */
  resources: z
    .array(
      templated(
        /^[a-z0-9-]+(\.[a-z0-9.-]+)?(\/([a-z]+|\*))?$/,
        'expected a resource such as pods, pods/exec, pods/* or deployments.apps',
      ),
    )
    .min(1)
    .optional(),
  /** In this namespace alone. */
  namespace: objectNameSchema.optional(),
  /** Also those of ServiceAccounts outside the system's namespaces: programs that the learner runs. */
  serviceAccounts: z.boolean().default(false),
});
export type AuditFilter = z.infer<typeof auditFilterSchema>;
