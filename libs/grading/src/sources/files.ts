import type { WorkspaceReader } from '../state.js';
import { FileUnreadableError, parseFile, type FileFormat, type WorkspaceFile } from './workspace-file.js';

/** What is known of a file: its content or null, or why it cannot be read. */
export type FileView = { seen: WorkspaceFile | null } | { unreadable: string } | { failed: Error };

/** Reads a file for a check. `unreadable` is the learner's to mend, `failed` is ours. Never throws. */
export async function readFileView(
  reader: WorkspaceReader | undefined,
  path: string,
  format: FileFormat,
): Promise<FileView> {
  try {
    const bytes = await reader?.read(path);
    return { seen: bytes === undefined ? null : parseFile(path, bytes, format) };
  } catch (error) {
    if (error instanceof FileUnreadableError) return { unreadable: error.message };
    return { failed: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** @returns a path without `./` and doubled slashes, so that two spellings of one file are the same */
export function normalPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
