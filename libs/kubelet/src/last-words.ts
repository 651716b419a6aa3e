import type { ContainerPlay, Run } from './container-play.js';
import { TERMINATION_LOG } from './shell/container-files.js';

// pkg/kubelet/container/runtime.go
const MAX_MESSAGE = 4_096;
const MAX_LOG_MESSAGE = 2_048;
const MAX_LOG_LINES = 80;

/** @returns the termination message of a run that ends now: of its file, else of its log where the spec says so */
export function lastWordsOf({ spec }: ContainerPlay, run: Run, exitCode: number, now: number): string {
  const path = spec.terminationMessagePath ?? TERMINATION_LOG;
  const ran = now - run.startedAt;
  const text = run.written.get(path) ?? run.plan?.filesAt?.(ran).get(path) ?? '';
  if (text) return text.slice(-MAX_MESSAGE);
  if (spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return '';
  const lines = [...(run.plan?.output(ran) ?? [])].slice(-MAX_LOG_LINES);
  return lines
    .map((line) => `${line.text}\n`)
    .join('')
    .slice(-MAX_LOG_MESSAGE);
}
