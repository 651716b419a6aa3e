import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useText } from '../i18n';
import { problemText } from '../lib/problem-text';
import styles from './toasts.module.css';

interface Toast {
  id: number;
  kind: 'good' | 'bad';
  text: string;
  detail?: string;
}
interface Toasts {
  good: (text: string) => void;
  /** Shows an error of a request in the person's language. */
  bad: (error: unknown) => void;
}
const Context = createContext<Toasts>({ good: () => undefined, bad: () => undefined });

/** How long a good word stays; a problem stays until it is closed. */
const goodStaysFor = 4000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useText();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const add = useCallback(
    (toast: Omit<Toast, 'id'>) => {
      const id = ++next.current;
      setToasts((all) => [...all.filter((other) => other.text !== toast.text).slice(-2), { ...toast, id }]);
      if (toast.kind === 'good') setTimeout(() => close(id), goodStaysFor);
    },
    [close],
  );
  const value = useMemo<Toasts>(
    () => ({
      good: (text) => add({ kind: 'good', text }),
      bad: (error) => {
        const { sentence, detail } = problemText(error, t);
        add({ kind: 'bad', text: sentence, ...(detail === undefined ? {} : { detail }) });
      },
    }),
    [add, t],
  );
  return (
    <Context value={value}>
      {children}
      <section className={styles.stack} aria-label={t('app.notifications')} aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={styles.toast} data-kind={toast.kind}>
            {toast.kind === 'good' ? <CircleCheck aria-hidden size={20} /> : <CircleAlert aria-hidden size={20} />}
            <div className={styles.text}>
              {toast.text}
              {toast.detail !== undefined && (
                <details>
                  <summary>{t('problem.detail')}</summary>
                  {toast.detail}
                </details>
              )}
            </div>
            <button
              type="button"
              className="button quiet icon small"
              onClick={() => close(toast.id)}
              aria-label={t('app.close')}
            >
              <X aria-hidden size={16} />
            </button>
          </div>
        ))}
      </section>
    </Context>
  );
}

export function useToasts(): Toasts {
  return useContext(Context);
}
