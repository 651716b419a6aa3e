import { Link } from 'react-router';
import { Seal } from '../components/seal';
import { useText } from '../i18n';
import { useTitle } from '../lib/title';
import styles from './fallback-pages.module.css';

export function NotFoundPage() {
  const { t } = useText();
  useTitle(t('app.notFound.title'));
  return (
    <div className={`wrap ${styles.page}`}>
      <Seal size={56} />
      <h1>{t('app.notFound.title')}</h1>
      <p>{t('app.notFound.text')}</p>
      <Link to="/labs" className="button primary">
        {t('app.notFound.action')}
      </Link>
    </div>
  );
}

/** Stands in for a page whose code threw. */
export function CrashPage() {
  const { t } = useText();
  useTitle(t('app.crash.title'));
  return (
    <main className={`wrap ${styles.page}`}>
      <Seal size={56} />
      <h1>{t('app.crash.title')}</h1>
      <p>{t('app.crash.text')}</p>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {t('app.crash.action')}
      </button>
    </main>
  );
}
