import type { WorkspaceFile } from '@kubedan/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { FilePlus2, FileText } from 'lucide-react';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { Confirm, Dialog } from '../../../../components/dialog';
import { Loading } from '../../../../components/loading';
import { ProblemNotice } from '../../../../components/problem-notice';
import { useText } from '../../../../i18n';
import { ProblemError } from '../../../../lib/api';
import { problemText } from '../../../../lib/problem-text';
import { useFiles, writeFile } from '../../api/use-files';
import { FileView } from './file-view';
import styles from './files-panel.module.css';

export function FilesPanel({ sessionId, isVisible }: { sessionId: string; isVisible: boolean }) {
  const { t } = useText();
  const list = useFiles(sessionId, isVisible);
  const [path, setPath] = useState<string>();
  const [isDirty, setDirty] = useState(false);
  const [wanted, setWanted] = useState<string>();
  const [isNew, setNew] = useState(false);
  const files = (list.data?.files ?? []).filter(({ kind }) => kind === 'file');

  // Leaving the page with unsaved text asks first, in the browser's own words.
  useEffect(() => {
    if (!isDirty) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isDirty]);

  const open = (next: string): void => {
    if (next === path) return;
    if (isDirty) setWanted(next);
    else setPath(next);
  };
  return (
    <div className={styles.panel}>
      <nav className={styles.side} aria-label={t('files.list')}>
        <button type="button" className="button small" onClick={() => setNew(true)}>
          <FilePlus2 aria-hidden size={15} /> {t('files.new')}
        </button>
        {list.isPending && isVisible && <Loading />}
        {list.isError && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && files.length === 0 && <p className={styles.empty}>{t('files.empty')}</p>}
        <ul className={styles.list}>
          {files.map((file) => (
            <li key={file.path}>
              <Entry file={file} isOpen={file.path === path} onOpen={() => open(file.path)} />
            </li>
          ))}
        </ul>
        {list.data?.truncated && <p className={styles.empty}>{t('files.truncated')}</p>}
      </nav>
      <div className={styles.main}>
        {path === undefined ? (
          <p className={styles.choose}>
            <FileText aria-hidden size={30} />
            {t('files.choose')}
          </p>
        ) : (
          <FileView
            key={path}
            sessionId={sessionId}
            path={path}
            onDirty={setDirty}
            onDeleted={() => {
              setDirty(false);
              setPath(undefined);
              void list.refetch();
            }}
          />
        )}
      </div>
      {isNew && (
        <NewFile
          sessionId={sessionId}
          taken={files.map((file) => file.path)}
          onClose={() => setNew(false)}
          onMade={(made) => {
            setNew(false);
            open(made);
          }}
        />
      )}
      {wanted !== undefined && (
        <Confirm
          title={t('files.discard.title')}
          text={t('files.discard.text', { path })}
          action={t('files.discard.action')}
          danger
          onClose={() => setWanted(undefined)}
          onConfirm={() => {
            setDirty(false);
            setPath(wanted);
          }}
        />
      )}
    </div>
  );
}

function Entry({ file, isOpen, onOpen }: { file: WorkspaceFile; isOpen: boolean; onOpen: () => void }) {
  const slash = file.path.lastIndexOf('/') + 1;
  return (
    <button type="button" className={styles.entry} aria-current={isOpen} onClick={onOpen}>
      <span className={styles.folder}>{file.path.slice(0, slash)}</span>
      {file.path.slice(slash)}
    </button>
  );
}

interface NewFileProps {
  sessionId: string;
  taken: string[];
  onClose: () => void;
  onMade: (path: string) => void;
}

function NewFile({ sessionId, taken, onClose, onMade }: NewFileProps) {
  const { t } = useText();
  const client = useQueryClient();
  const id = useId();
  const [path, setPath] = useState('');
  const [message, setMessage] = useState('');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = path.trim();
    if (wanted === '' || wanted.startsWith('/') || wanted.endsWith('/') || wanted.split('/').includes('..')) {
      setMessage(t('files.new.invalid'));
      return;
    }
    if (taken.includes(wanted)) {
      setMessage(t('files.new.exists'));
      return;
    }
    try {
      await writeFile(sessionId, wanted, '');
      await client.invalidateQueries({ queryKey: ['files', sessionId] });
      onMade(wanted);
    } catch (error) {
      const isTaken = error instanceof ProblemError && error.problem.code === 'conflict';
      setMessage(isTaken ? t('files.new.exists') : problemText(error, t).sentence);
    }
  };
  return (
    <Dialog
      title={t('files.new.title')}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {t('app.cancel')}
          </button>
          <button type="submit" form={`${id}-form`} className="button primary">
            {t('files.new.action')}
          </button>
        </>
      }
    >
      <form id={`${id}-form`} onSubmit={(event) => void submit(event)} className={styles.form}>
        <label htmlFor={id}>{t('files.new.path')}</label>
        <input
          id={id}
          className="input"
          value={path}
          onChange={(event) => {
            setPath(event.target.value);
            setMessage('');
          }}
          aria-describedby={`${id}-hint`}
          aria-invalid={message !== ''}
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <p id={`${id}-hint`} role="status" data-bad={message !== ''}>
          {message === '' ? t('files.new.hint') : message}
        </p>
      </form>
    </Dialog>
  );
}
