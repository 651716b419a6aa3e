import type { SessionView } from '@kubedan/contracts';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../../i18n';

/** What befell the session's cluster: it stopped and came back, or the lab began anew in another. Read once, it can be put away. */
export function ClusterNotice({ session }: { session: SessionView }) {
  const { t, local } = useText();
  const [read, setRead] = useState<string>();
  const isOver = session.state === 'finished' || session.state === 'failed';
  const { notice } = session;
  return (
    <div role="status">
      {notice && notice.en !== read && !isOver && (
        <div className="notice amber">
          <CircleAlert aria-hidden size={20} />
          <div>
            <p>{local(notice)}</p>
          </div>
          <button type="button" className="button small" onClick={() => setRead(notice.en)}>
            {t('app.close')}
          </button>
        </div>
      )}
    </div>
  );
}
