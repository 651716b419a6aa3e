import { firstSeed } from '@kubedan/contracts';
import { useSearchParams } from 'react-router';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { HeaderFrame } from '../components/session-header';
import { Workbench } from '../components/workbench';
import { Mistakes } from './mistakes';
import { PreviewPanel } from './preview-panel';
import styles from './preview.module.css';
import { usePreview } from './use-preview';

/** A lab while it is written: what a learner sees, renewed with each save, or the mistakes that keep it from being shown. */
export function PreviewPage() {
  const { t, local, language } = useText();
  const [search, setSearch] = useSearchParams();
  const seed = search.get('seed') ?? firstSeed;
  const { preview, session, isLost } = usePreview(seed);
  const hasMistakes = (preview.data?.issues.length ?? 0) > 0;
  useTitle(hasMistakes ? t('preview.mistakes', { count: preview.data?.issues.length }) : local(session?.lab.title));
  const status = isLost
    ? t('preview.lost')
    : preview.data && t('preview.saved', { time: new Date(preview.data.readAt).toLocaleTimeString(language) });
  const facts = (
    <span className={styles.status} data-lost={isLost} role="status">
      {status}
    </span>
  );
  if (preview.data && hasMistakes) {
    return (
      <>
        <div className={styles.bar}>{facts}</div>
        <Mistakes preview={preview.data} />
      </>
    );
  }
  if (preview.error) {
    return (
      <div className="wrap" style={{ paddingBlock: '10vh' }}>
        <h1 className="visually-hidden">{t('preview.title')}</h1>
        <p className={styles.note}>{t('preview.none')}</p>
        <ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} />
      </div>
    );
  }
  if (!preview.data || !session) {
    return (
      <>
        <h1 className="visually-hidden">{t('preview.title')}</h1>
        <Loading />
      </>
    );
  }
  return (
    <>
      <HeaderFrame session={session} facts={facts} />
      <Workbench
        session={session}
        panel={
          <PreviewPanel
            preview={preview.data}
            session={session}
            onSeed={(next) => setSearch({ seed: next }, { preventScrollReset: true })}
          />
        }
      />
    </>
  );
}
