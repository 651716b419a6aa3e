import type { SessionView } from '@kubedan/contracts';
import { Plus, TerminalSquare, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { Tabs } from '../../../../components/tabs';
import { useToasts } from '../../../../components/toasts';
import { useText } from '../../../../i18n';
import { ProblemError } from '../../../../lib/api';
import { remember, remembered } from '../../../../lib/remembered';
import { TerminalScreen } from './terminal-screen';
import styles from './terminal-panel.module.css';
import { useShells } from './use-shells';

export function TerminalPanel({ session, isVisible }: { session: SessionView; isVisible: boolean }) {
  const { t, local } = useText();
  if (session.terminals.available) return <Shells sessionId={session.id} isVisible={isVisible} />;
  return (
    <div className={styles.none}>
      <TerminalSquare aria-hidden size={34} />
      <h2>{t('terminal.unavailable')}</h2>
      {session.terminals.reason && <p>{local(session.terminals.reason)}</p>}
      <p>{t('terminal.unavailable.text')}</p>
      <a className="button" href={`/api/v1/sessions/${session.id}/kubeconfig`} download="kubedan.kubeconfig">
        {t('session.kubeconfig')}
      </a>
    </div>
  );
}

function Shells({ sessionId, isVisible }: { sessionId: string; isVisible: boolean }) {
  const { t } = useText();
  const toasts = useToasts();
  const { shells, active, activate, add, close, change } = useShells(sessionId);
  const [isRead, setRead] = useState(remembered('screenReader') === 'on');
  const bar = useRef<HTMLDivElement>(null);
  const current = shells.find(({ key }) => key === active);
  const leave = (): void => bar.current?.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  return (
    <>
      <div className={styles.bar} ref={bar}>
        {shells.length > 0 && (
          <Tabs
            label={t('terminal.tabs')}
            group="shell"
            compact
            tabs={shells.map(({ key, number }) => ({ id: key, label: t('terminal.tab', { number }) }))}
            active={active}
            onChange={activate}
          />
        )}
        {current && shells.length > 1 && (
          <button
            type="button"
            className="button quiet icon small"
            onClick={() => close(current.key)}
            aria-label={t('terminal.close', { number: current.number })}
            title={t('terminal.close', { number: current.number })}
          >
            <X aria-hidden size={15} />
          </button>
        )}
        <button
          type="button"
          className="button quiet icon small"
          onClick={add}
          aria-label={t('terminal.new')}
          title={t('terminal.new')}
        >
          <Plus aria-hidden size={16} />
        </button>
        <span className={styles.hint}>
          <kbd>Ctrl</kbd>+<kbd>Shift</kbd>+<kbd>F6</kbd> {t('terminal.leave')}
        </span>
        <label className={styles.reader}>
          <input
            type="checkbox"
            checked={isRead}
            onChange={(event) => {
              setRead(event.target.checked);
              remember('screenReader', event.target.checked ? 'on' : undefined);
            }}
          />
          {t('terminal.screenReader')}
        </label>
      </div>
      {shells.length === 0 && (
        <p className={styles.opening} role="status">
          {t('terminal.opening')}
        </p>
      )}
      {shells.map((shell) => (
        <div
          key={shell.key}
          id={`shell-panel-${shell.key}`}
          role="tabpanel"
          aria-labelledby={`shell-tab-${shell.key}`}
          className={styles.shell}
          hidden={shell.key !== active}
        >
          <TerminalScreen
            sessionId={sessionId}
            terminalId={shell.terminalId}
            isVisible={isVisible && shell.key === active}
            screenReaderMode={isRead}
            label={t('terminal.label', { number: shell.number })}
            onLeave={leave}
            onOpened={(terminalId) => change(shell.key, { terminalId })}
            onExit={({ exitCode, reason }) =>
              change(shell.key, { end: { exitCode, ...(reason === undefined ? {} : { reason }) } })
            }
            onProblem={(problem) => {
              toasts.bad(new ProblemError(problem));
              change(shell.key, { end: { reason: problem.detail } });
            }}
          />
          {shell.end && (
            <div className={styles.end} role="status">
              <span>
                {shell.end.reason === undefined
                  ? t('terminal.exit', { code: shell.end.exitCode })
                  : t('terminal.exit.reason', { reason: shell.end.reason })}
              </span>
              <button
                type="button"
                className="button small"
                onClick={() => {
                  close(shell.key);
                  add();
                }}
              >
                {t('terminal.again')}
              </button>
            </div>
          )}
        </div>
      ))}
    </>
  );
}
