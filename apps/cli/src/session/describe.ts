import type { CheckVerdict, SessionEvent, SessionView } from '@kubedan/contracts';
import { paint, table } from '../output.js';

const signs: Record<CheckVerdict['state'], string> = {
  pass: paint('green', '✓'),
  fail: paint('red', '✗'),
  pending: paint('yellow', '…'),
  error: paint('magenta', '!'),
};

/** A session in a few lines: its state, and each check with what the grader says. */
export function describeSession(session: SessionView): string {
  const verdicts = new Map(session.verdicts.map((verdict) => [verdict.checkId, verdict]));
  const rows = session.tasks.flatMap((task) => [
    ['', paint('bold', task.title.en), '', ''],
    ...task.checks.map((check) => {
      const verdict = verdicts.get(check.id);
      return [
        signs[verdict?.state ?? 'pending'],
        `${check.id}: ${check.title.en}`,
        `${check.points}`,
        verdict?.message?.en ?? '',
      ];
    }),
  ]);
  const outcome = session.outcome === undefined ? '' : ` (${session.outcome})`;
  const reason = session.reason === undefined ? '' : `\n${session.reason.en}`;
  return `${session.id}  ${session.lab.name}  ${session.state}${outcome}  ${session.points.reached}/${session.points.total} points${reason}\n${table(rows)}`;
}

/** One event in one line. */
export function describeEvent(event: SessionEvent): string {
  const head = `${paint('dim', String(event.number).padStart(3))} `;
  switch (event.type) {
    case 'state':
      return `${head}${paint('bold', event.state)}${event.outcome === undefined ? '' : ` (${event.outcome})`}${event.reason === undefined ? '' : `: ${event.reason.en}`}`;
    case 'step':
      return `${head}${event.step.en}`;
    case 'verdict':
      return `${head}${signs[event.verdict.state]} ${event.verdict.checkId}  ${event.points.reached}/${event.points.total}  ${event.verdict.message?.en ?? ''}`;
    case 'hint':
      return `${head}hint: ${event.text.en}`;
    case 'answer':
      return `${head}answered ${event.checkId}: ${event.options.join(', ')}`;
    case 'expiry':
      return `${head}${event.warning ? 'ends soon' : 'ends'}: ${event.expiresAt}`;
    case 'reset':
      return `${head}begun anew`;
    case 'notice':
      return `${head}${event.notice.en}`;
  }
}
