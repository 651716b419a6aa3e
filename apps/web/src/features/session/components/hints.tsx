import type { SessionView, TaskView } from '@kubedan/contracts';
import { Lightbulb } from 'lucide-react';
import { useState } from 'react';
import { Confirm } from '../../../components/dialog';
import { Inline } from '../../../components/markdown';
import { useText } from '../../../i18n';
import { useSessionActions } from '../api/use-session-actions';
import styles from './hints.module.css';

/** A task's hints, one by one: each is asked for and then stays. */
export function Hints({ session, task, isDone }: { session: SessionView; task: TaskView; isDone: boolean }) {
  const { t, local } = useText();
  const { act, pending } = useSessionActions(session.id);
  const [isAsking, setAsking] = useState(false);
  const left = task.hints - task.hintsShown.length;
  if (task.hints === 0 || (isDone && task.hintsShown.length === 0)) return null;
  return (
    <div className={styles.hints}>
      {task.hintsShown.length > 0 && (
        <ol className={styles.list}>
          {task.hintsShown.map((hint, index) => (
            <li key={index}>
              <Lightbulb aria-hidden size={16} />
              <p>
                <span className="visually-hidden">{t('hint.number', { number: index + 1 })}: </span>
                <Inline text={local(hint)} />
              </p>
            </li>
          ))}
        </ol>
      )}
      {left > 0 && !isDone && session.state === 'active' && (
        <div className={styles.more}>
          <button
            type="button"
            className="button quiet small"
            disabled={pending !== undefined}
            onClick={() => setAsking(true)}
          >
            <Lightbulb aria-hidden size={15} /> {t(task.hintsShown.length === 0 ? 'hint.show' : 'hint.next')}
          </button>
          <span>{t('hint.left', { count: left })}</span>
        </div>
      )}
      {isAsking && (
        <Confirm
          title={t('hint.confirm.title')}
          text={t('hint.confirm.text')}
          action={t('hint.confirm.action')}
          onClose={() => setAsking(false)}
          onConfirm={() => void act({ action: 'hint', body: { taskId: task.id } })}
        />
      )}
    </div>
  );
}
