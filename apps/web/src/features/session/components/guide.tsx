import type { SessionView } from '@kubedan/contracts';
import { Markdown } from '../../../components/markdown';
import { useText } from '../../../i18n';
import styles from './guide.module.css';
import { TaskCard } from './task-card';
import { VerdictIcon } from './verdict-icon';

/** The lab's text and its tasks; a strip on top shows how every check stands, wherever one reads. */
export function Guide({ session }: { session: SessionView }) {
  const { t, local } = useText();
  const verdicts = new Map(session.verdicts.map((verdict) => [verdict.checkId, verdict]));
  const checks = session.tasks.flatMap((task) => task.checks);
  const passed = checks.filter((check) => verdicts.get(check.id)?.state === 'pass').length;
  return (
    <>
      <div className={styles.strip}>
        <a href="#tasks">{t('session.tasks')}</a>
        <span className={styles.stones} aria-hidden="true">
          {checks.map((check) => (
            <VerdictIcon key={check.id} state={verdicts.get(check.id)?.state ?? 'pending'} size={17} />
          ))}
        </span>
        <span className={styles.count}>{t('session.task.progress', { passed, total: checks.length })}</span>
      </div>
      <div className={styles.guide}>
        <section aria-label={t('session.text')}>
          <Markdown text={local(session.text)} />
        </section>
        <section aria-labelledby="tasks" className={styles.tasks}>
          <h2 id="tasks" tabIndex={-1}>
            {t('session.tasks')}
          </h2>
          {session.tasks.map((task, index) => (
            <TaskCard key={task.id} session={session} task={task} number={index + 1} verdicts={verdicts} />
          ))}
        </section>
      </div>
    </>
  );
}
