import type { FileContent } from '@kubedan/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { Save, Trash2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Confirm, Dialog } from '../../../../components/dialog';
import { Loading } from '../../../../components/loading';
import { ProblemNotice } from '../../../../components/problem-notice';
import { useToasts } from '../../../../components/toasts';
import { useText } from '../../../../i18n';
import { ProblemError } from '../../../../lib/api';
import { deleteFile, readFile, useFile, writeFile } from '../../api/use-files';
import styles from './files-panel.module.css';

const CodeEditor = lazy(async () => ({ default: (await import('./code-editor')).CodeEditor }));

export interface FileViewProps {
  sessionId: string;
  path: string;
  onDirty: (isDirty: boolean) => void;
  onDeleted: () => void;
}

export function FileView(props: FileViewProps) {
  const file = useFile(props.sessionId, props.path);
  if (file.data) return <OpenFile {...props} found={file.data} />;
  return (
    <div className={styles.message}>
      {file.isError ? <ProblemNotice error={file.error} onRetry={() => void file.refetch()} /> : <Loading />}
    </div>
  );
}

/** @param found what is on the server now; what is edited may rest upon an older version */
function OpenFile({ sessionId, path, onDirty, onDeleted, found }: FileViewProps & { found: FileContent }) {
  const { t } = useText();
  const toasts = useToasts();
  const client = useQueryClient();
  const [base, setBase] = useState(found);
  const [text, setText] = useState(found.text);
  const [isSaving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<FileContent>();
  const [isDeleting, setDeleting] = useState(false);
  const isDirty = text !== base.text;

  useEffect(() => onDirty(isDirty), [isDirty, onDirty]);
  // Changed elsewhere while nothing is edited here: simply follow.
  useEffect(() => {
    if (found.version === base.version || isDirty || isSaving) return;
    setBase(found);
    setText(found.text);
  }, [found, base.version, isDirty, isSaving]);

  const take = (content: FileContent, shown: string): void => {
    setBase({ ...content, text: shown });
    client.setQueryData(['file', sessionId, path], { ...content, text: shown });
    void client.invalidateQueries({ queryKey: ['files', sessionId] });
  };
  const save = async (version: string): Promise<void> => {
    if (isSaving) return;
    setSaving(true);
    const saved = text;
    try {
      take(await writeFile(sessionId, path, saved, version), saved);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'conflict') {
        await readFile(sessionId, path).then(setConflict, toasts.bad);
      } else toasts.bad(error);
    } finally {
      setSaving(false);
    }
  };
  const remove = async (): Promise<void> => {
    try {
      await deleteFile(sessionId, path);
      onDeleted();
    } catch (error) {
      toasts.bad(error);
    }
  };
  return (
    <>
      <div className={styles.fileBar}>
        <code>{path}</code>
        <span role="status" className={styles.status} data-dirty={isDirty}>
          {t(isSaving ? 'files.saving' : isDirty ? 'files.unsaved' : 'files.saved')}
        </span>
        <button
          type="button"
          className="button small primary"
          disabled={!isDirty || isSaving}
          onClick={() => void save(base.version)}
          aria-keyshortcuts="Control+S"
        >
          <Save aria-hidden size={15} /> {t('files.save')}
        </button>
        <button
          type="button"
          className="button quiet icon small"
          aria-label={t('files.delete.label', { path })}
          title={t('files.delete.label', { path })}
          onClick={() => setDeleting(true)}
        >
          <Trash2 aria-hidden size={15} />
        </button>
      </div>
      {found.version !== base.version && isDirty && <p className={styles.changed}>{t('files.changed')}</p>}
      <Suspense fallback={<Loading />}>
        <CodeEditor
          path={path}
          text={text}
          label={t('files.editor', { path })}
          onChange={setText}
          onSave={() => {
            if (isDirty) void save(base.version);
          }}
        />
      </Suspense>
      <p className={styles.tip}>
        <kbd>Ctrl</kbd>+<kbd>S</kbd> {t('files.save')} · <kbd>Esc</kbd> {t('files.tabHint')}
      </p>
      {isDeleting && (
        <Confirm
          title={t('files.delete.title', { path })}
          text={t('files.delete.text')}
          action={t('files.delete')}
          danger
          onClose={() => setDeleting(false)}
          onConfirm={() => void remove()}
        />
      )}
      {conflict && (
        <Dialog
          title={t('files.conflict.title')}
          onClose={() => setConflict(undefined)}
          actions={
            <>
              <button
                type="button"
                className="button"
                onClick={() => {
                  take(conflict, conflict.text);
                  setText(conflict.text);
                  setConflict(undefined);
                }}
              >
                {t('files.conflict.theirs')}
              </button>
              <button
                type="button"
                className="button primary"
                onClick={() => {
                  setConflict(undefined);
                  void save(conflict.version);
                }}
              >
                {t('files.conflict.mine')}
              </button>
            </>
          }
        >
          <p>{t('files.conflict.text', { path })}</p>
        </Dialog>
      )}
    </>
  );
}
