import { z } from 'zod';

export const workspaceFileSchema = z.object({
  path: z.string(),
  bytes: z.int(),
  modifiedAt: z.string(),
  kind: z.enum(['file', 'folder']),
});
export type WorkspaceFile = z.infer<typeof workspaceFileSchema>;
export const workspaceListSchema = z.object({ files: z.array(workspaceFileSchema), truncated: z.boolean() });
/** `text` is UTF-8; files that are not text are refused with file-refused. */
export const fileContentSchema = z.object({ path: z.string(), text: z.string(), version: z.string() });
export type FileContent = z.infer<typeof fileContentSchema>;
/** `version` guards against overwriting what changed since it was read; left out for a new file. */
export const writeFileSchema = z.strictObject({ text: z.string().max(1_048_576), version: z.string().optional() });
