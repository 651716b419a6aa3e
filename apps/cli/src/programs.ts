import { findPrograms, type ProgramName, type ProgramProgress } from '@kubedan/binaries';
import { readConfig } from '@kubedan/server/config';
import { UserError } from './output.js';

/** Where programs, and what is made from them, are kept between runs. */
export const cacheDir = (): string => readConfig(process.env).storage.KUBEDAN_CACHE_DIR;

/**
 * Finds programs as the server does.
 * @param onProgress hears how far each is
 * @throws UserError with what to do, or the signal's reason
 */
export async function findAsConfigured<Name extends ProgramName>(
  names: readonly Name[],
  onProgress?: (progress: ProgramProgress) => void,
  signal?: AbortSignal,
): Promise<Record<Name, string>> {
  const { storage } = readConfig(process.env);
  try {
    return await findPrograms(names, {
      cacheDir: storage.KUBEDAN_CACHE_DIR,
      ...(storage.KUBEDAN_BIN_DIR === undefined ? {} : { explicitDir: storage.KUBEDAN_BIN_DIR }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    // What hinders programs is always this machine's: a broken file, no network, no Go, a full disk.
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
