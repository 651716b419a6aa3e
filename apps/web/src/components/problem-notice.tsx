import { CircleAlert } from 'lucide-react';
import { useText } from '../i18n';
import { problemText } from '../lib/problem-text';

/** An error in its place on the page, with a way to try again where there is one. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useText();
  const { sentence, detail } = problemText(error, t);
  return (
    <div className="notice" role="alert">
      <CircleAlert aria-hidden size={20} />
      <div>
        <p>{sentence}</p>
        {detail !== undefined && (
          <details>
            <summary>{t('problem.detail')}</summary>
            {detail}
          </details>
        )}
      </div>
      {onRetry && (
        <button type="button" className="button small" onClick={onRetry}>
          {t('app.retry')}
        </button>
      )}
    </div>
  );
}
