import type { Preview } from '@kubedan/contracts';
import { FilePenLine } from 'lucide-react';
import { useText } from '../../../i18n';
import styles from './preview.module.css';

/** What `lab check` says of the folder, in the place of what cannot be shown. */
export function Mistakes({ preview }: { preview: Preview }) {
  const { t } = useText();
  return (
    <section className={`wrap ${styles.mistakes}`} aria-labelledby="mistakes">
      <div role="alert">
        <h1 id="mistakes">
          <FilePenLine aria-hidden size={28} /> {t('preview.mistakes', { count: preview.issues.length })}
        </h1>
      </div>
      <p className={styles.folder}>{t('preview.mistakes.text', { folder: preview.folder })}</p>
      <ol className={styles.list}>
        {preview.issues.map((issue, index) => (
          <li key={index} className="card">
            <code className={styles.place}>
              {[issue.file, issue.line, issue.column].filter((part) => part !== undefined).join(':')}
            </code>
            <p>{issue.message}</p>
            {issue.path && <code className={styles.path}>{issue.path}</code>}
            {issue.allowed && (
              <p className={styles.allowed}>
                {t('preview.allowed')}{' '}
                {issue.allowed.map((one) => (
                  <code key={one}>{one}</code>
                ))}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
