import type { SessionView } from '@kubedan/contracts';
import {
  Download,
  EllipsisVertical,
  Hourglass,
  Pause,
  Play,
  RotateCcw,
  Send,
  Trash2,
  Wifi,
  WifiOff,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Confirm } from '../../../components/dialog';
import { TierName } from '../../../components/tier-name';
import { useToasts } from '../../../components/toasts';
import { useText } from '../../../i18n';
import { useMedia } from '../../../lib/media';
import { useConnected } from '../../../lib/sockets';
import { clockText, useNow } from '../../../lib/time';
import { useSessionActions } from '../api/use-session-actions';
import styles from './session-header.module.css';

type Question = 'submit' | 'reset' | 'delete' | 'suspend';
const actionOf = { submit: 'submit', reset: 'reset', delete: 'abandon', suspend: 'suspend' } as const;

export function SessionHeader({ session }: { session: SessionView }) {
  const { t } = useText();
  const { act, pending } = useSessionActions(session.id);
  const [question, setQuestion] = useState<Question>();
  const menu = useRef<HTMLDivElement>(null);
  const isWide = useMedia('(min-width: 1180px)');
  const isActive = session.state === 'active';
  const isOver = session.state === 'finished' || session.state === 'failed';
  const ask = (next: Question): void => {
    if (!isWide) menu.current?.hidePopover();
    setQuestion(next);
  };
  const more = (
    <>
      {isActive && (
        <>
          <button
            type="button"
            className="button small"
            onClick={() => ask('suspend')}
            disabled={pending !== undefined}
          >
            <Pause aria-hidden size={15} /> {t('session.suspend')}
          </button>
          <button type="button" className="button small" onClick={() => ask('reset')} disabled={pending !== undefined}>
            <RotateCcw aria-hidden size={15} /> {t('session.reset')}
          </button>
          <a className="button small" href={`/api/v1/sessions/${session.id}/kubeconfig`} download="kubedan.kubeconfig">
            <Download aria-hidden size={15} /> {t('session.kubeconfig')}
          </a>
        </>
      )}
      <button type="button" className="button small" onClick={() => ask('delete')} disabled={pending !== undefined}>
        <Trash2 aria-hidden size={15} /> {t('session.delete')}
      </button>
    </>
  );
  const facts = !isOver && (
    <>
      <TimeLeft session={session} onExtend={() => act({ action: 'extend' })} isExtending={pending === 'extend'} />
      <Connection />
    </>
  );
  return (
    <HeaderFrame session={session} facts={facts}>
      {!isOver && (
        <div className={styles.actions} role="group" aria-label={t('session.actions')}>
          {isWide ? (
            more
          ) : (
            <>
              <button
                type="button"
                className="button icon small"
                popoverTarget="session-menu"
                aria-label={t('session.more')}
              >
                <EllipsisVertical aria-hidden size={18} />
              </button>
              <div ref={menu} id="session-menu" popover="auto" className={styles.menu}>
                {more}
              </div>
            </>
          )}
          {session.state === 'suspended' && (
            <button
              type="button"
              className="button small"
              onClick={() => void act({ action: 'resume' })}
              disabled={pending !== undefined}
            >
              <Play aria-hidden size={15} /> {t('session.resume')}
            </button>
          )}
          {isActive && (
            <button
              type="button"
              className="button primary small"
              onClick={() => ask('submit')}
              disabled={pending !== undefined}
            >
              <Send aria-hidden size={15} /> {t('session.submit')}
            </button>
          )}
        </div>
      )}
      {question && (
        <Confirm
          title={t(`session.confirm.${question}.title`)}
          text={t(`session.confirm.${question}.text`, session.points)}
          action={t(`session.confirm.${question}.action`)}
          danger={question === 'delete' || question === 'reset'}
          onClose={() => setQuestion(undefined)}
          onConfirm={() => void act({ action: actionOf[question] })}
        />
      )}
    </HeaderFrame>
  );
}

/** The lab's title with the points that are reached; what else there is to know, and then to do, stands behind it. */
export function HeaderFrame({
  session,
  facts,
  children,
}: {
  session: SessionView;
  facts?: ReactNode;
  children?: ReactNode;
}) {
  const { t, local } = useText();
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <TierName tier={session.lab.tier} />
        <h1>{local(session.lab.title)}</h1>
      </div>
      <div className={styles.facts}>
        <span className={styles.points}>
          <span className="visually-hidden">{t('session.points.of', session.points)}</span>
          <span aria-hidden="true">
            <b>{session.points.reached}</b>/{session.points.total}
          </span>
        </span>
        {facts}
      </div>
      {children}
    </header>
  );
}

/** Below this, in milliseconds, the clock asks for attention. */
const soon = 5 * 60_000;

function TimeLeft({
  session,
  onExtend,
  isExtending,
}: {
  session: SessionView;
  onExtend: () => Promise<unknown>;
  isExtending: boolean;
}) {
  const { t } = useText();
  const toasts = useToasts();
  const left = new Date(session.expiresAt).getTime() - useNow(1000);
  const isSoon = left < soon;
  const extend = async (): Promise<void> => {
    if ((await onExtend()) !== undefined) toasts.good(t('session.extended'));
  };
  return (
    <span className={styles.time} data-soon={isSoon}>
      <Hourglass aria-hidden size={16} />
      <span role="timer" aria-label={t('time.left')}>
        {left > 0 ? clockText(left) : t('time.expired')}
      </span>
      {session.extensionsLeft > 0 && (
        <button
          type="button"
          className="button small"
          title={t('session.extend.left', { count: session.extensionsLeft })}
          disabled={isExtending}
          onClick={() => void extend()}
        >
          {t('session.extend')}
        </button>
      )}
      <span className="visually-hidden" role="status">
        {isSoon ? t('session.expiring') : ''}
      </span>
    </span>
  );
}

/** How long a connection may be away before the page speaks of it: a load of the page always takes a moment. */
const patience = 1500;

function Connection() {
  const { t } = useText();
  const isConnected = useConnected();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isConnected) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), patience);
    return () => clearTimeout(timer);
  }, [isConnected]);
  return (
    <span className={styles.connection} data-lost={isShown} role="status">
      {isShown ? <WifiOff aria-hidden size={16} /> : <Wifi aria-hidden size={16} />}
      {t(isShown ? 'session.connection.reconnecting' : 'session.connection.connected')}
    </span>
  );
}
