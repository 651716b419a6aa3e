import type { SessionView, VerdictState } from '@kubedan/contracts';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../../i18n';

/** Says aloud, for screen readers, which checks have just changed. */
export function Announcer({ session }: { session: SessionView }) {
  const { t, local } = useText();
  const before = useRef<Map<string, VerdictState> | undefined>(undefined);
  const [text, setText] = useState('');
  useEffect(() => {
    const now = new Map(session.verdicts.map(({ checkId, state }) => [checkId, state]));
    const old = before.current;
    before.current = now;
    if (!old) return;
    const titles = new Map(session.tasks.flatMap(({ checks }) => checks.map(({ id, title }) => [id, title])));
    const title = (id: string) => local(titles.get(id) ?? { en: id, zh: id }).replaceAll('`', '');
    const news = [...now]
      .filter(
        ([id, state]) => state !== old.get(id) && (state !== 'fail' || old.get(id) === 'pass') && state !== 'pending',
      )
      .map(([id, state]) => t(`check.announce.${state}`, { check: title(id) }));
    if (news.length > 0) setText(news.join(' '));
  }, [session.verdicts, session.tasks, t, local]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {text}
    </p>
  );
}
