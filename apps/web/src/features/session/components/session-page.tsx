import type { SessionView } from '@kubedan/contracts';
import { useEffect, useRef } from 'react';
import { useParams } from 'react-router';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { useSession } from '../api/use-session';
import { Announcer } from './announcer';
import { EndedPanel } from './ended-panel';
import { ClusterNotice } from './cluster-notice';
import { SessionHeader } from './session-header';
import styles from './panels.module.css';
import { SuspendedPanel } from './suspended-panel';
import { WaitingPanel } from './waiting-panel';
import { Workbench } from './workbench';

export function SessionPage() {
  const { id = '' } = useParams();
  const { t, local } = useText();
  const session = useSession(id);
  useTitle(session.data && local(session.data.lab.title));
  if (session.data) return <Session key={id} session={session.data} />;
  if (session.isError) {
    return (
      <div className="wrap" style={{ paddingBlock: '10vh' }}>
        <h1 className={styles.problem}>{t('problem.title')}</h1>
        <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  return (
    <>
      <h1 className="visually-hidden">{t('app.name')}</h1>
      <Loading />
    </>
  );
}

function Session({ session }: { session: SessionView }) {
  // A celebration is for who was there when it happened, not for each later visit.
  const wasAlive = useRef(session.state !== 'finished');
  useEffect(() => {
    if (session.state !== 'finished') wasAlive.current = true;
  }, [session.state]);
  return (
    <>
      <SessionHeader session={session} />
      <Announcer session={session} />
      <ClusterNotice session={session} />
      {session.state === 'active' ? (
        <Workbench session={session} />
      ) : (
        <Workbench
          session={session}
          panel={
            session.state === 'suspended' ? (
              <SuspendedPanel session={session} />
            ) : session.state === 'finished' || session.state === 'failed' ? (
              <EndedPanel session={session} celebrate={wasAlive.current} />
            ) : (
              <WaitingPanel session={session} />
            )
          }
        />
      )}
    </>
  );
}
