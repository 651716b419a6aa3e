import type { CheckVerdict, SessionView, TaskView } from '@kubedan/contracts';
import { CheckRow } from './check-row';
import { Hints } from './hints';
import { Inline } from '../../../components/markdown';
import { useText } from '../../../i18n';
import styles from './task-card.module.css';

export interface TaskCardProps {
  session: SessionView;
  task: TaskView;
  number: number;
  verdicts: ReadonlyMap<string, CheckVerdict>;
}

export function TaskCard({ session, task, number, verdicts }: TaskCardProps) {
  const { local } = useText();
  const isDone = task.checks.every((check) => verdicts.get(check.id)?.state === 'pass');
  return (
    <article className={styles.task} data-done={isDone} aria-labelledby={`task-${task.id}`}>
      <h3 id={`task-${task.id}`}>
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
        <span>
          <Inline text={local(task.title)} />
        </span>
      </h3>
      <ul className={styles.checks}>
        {task.checks.map((check) => (
          <CheckRow key={check.id} session={session} check={check} verdict={verdicts.get(check.id)} />
        ))}
      </ul>
      <Hints session={session} task={task} isDone={isDone} />
    </article>
  );
}
