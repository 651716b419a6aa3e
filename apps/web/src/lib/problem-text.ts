import { OfflineError, ProblemError } from './api';

/**
 * What to tell a person about an error, in their language.
 * @returns the sentence, and the server's own detail when there is more to say
 */
export function problemText(error: unknown, t: (key: string) => string): { sentence: string; detail?: string } {
  if (error instanceof ProblemError) {
    const { code, detail, issues } = error.problem;
    const more = [detail, ...(issues ?? []).map((issue) => `${issue.path}: ${issue.message}`)].join(' ');
    return { sentence: t(`problem.${code}`), detail: more };
  }
  if (error instanceof OfflineError) return { sentence: t('problem.offline') };
  return { sentence: t('problem.internal'), ...(error instanceof Error ? { detail: error.message } : {}) };
}
