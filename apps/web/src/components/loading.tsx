import { LoaderCircle } from 'lucide-react';
import { useText } from '../i18n';

export function Loading() {
  const { t } = useText();
  return (
    <p className="page-load" role="status">
      <span>
        <LoaderCircle aria-hidden className="spin" size={22} style={{ verticalAlign: '-5px' }} /> {t('app.loading')}
      </span>
    </p>
  );
}
