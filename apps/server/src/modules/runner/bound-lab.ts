import type { BoundLab } from '@kubedan/labs';
import type { SessionEntity } from '../sessions/session.entity.js';

/**
 * The lab as the session was made with, from what is stored of it: grading goes on although the lab's folder has changed since.
 * It has no files, which only the set-up needs.
 */
export function boundLabOf({ lab: stored, seed, labHash, labName }: SessionEntity): BoundLab {
  const { tasks } = stored.document.spec;
  return {
    lab: { dir: '', name: labName, hash: labHash, spec: stored.document, texts: stored.text, files: new Map() },
    seed,
    variables: stored.variables,
    document: stored.document,
    texts: stored.text,
    given: [],
    tasks,
    checks: tasks.flatMap((task) => task.checks.map((check) => ({ task, check }))),
    workspace: new Map(),
    script: (file) => {
      throw new RangeError(`the stored lab ${labName} has no file ${file}`);
    },
  };
}
