import { z } from 'zod';
import { objectNameSchema, templated } from './templated.js';

/** As the API server calls what a request does. */
export const auditVerbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;

/** Which requests an `audit` check sees; of a part that is absent, all. */
export const auditFilterSchema = z
  .strictObject({
    verbs: z.array(z.enum(auditVerbs)).min(1).optional().describe('What the request does; all when left out.'),
    resources: z
      .array(
        templated(
          /^[a-z0-9-]+(\.[a-z0-9.-]+)?(\/([a-z]+|\*))?$/,
          'expected a resource such as pods, pods/exec, pods/* or deployments.apps',
        ),
      )
      .min(1)
      .optional()
      .describe(
        'To what: `pods`, `pods/exec`, `pods/*` (with all its subresources), `deployments.apps` (of this group alone); all when left out.',
      ),
    namespace: objectNameSchema.optional().describe('In this namespace alone; anywhere when left out.'),
    serviceAccounts: z
      .boolean()
      .default(false)
      .describe("Also those of ServiceAccounts outside the system's namespaces: of programs that the learner runs."),
  })
  .describe(
    'Looks at what the learner asked of the API server since the hand-over: the expression sees the list `requests` (verb, group, resource, subresource, namespace, name, code, at, userAgent, user), of which the newest 500 are kept.',
  );
export type AuditFilter = z.infer<typeof auditFilterSchema>;
