import type { Preview, SessionView } from '@kubedan/contracts';
import { Dices, Eye } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useText } from '../../../i18n';
import { useSessionActions } from '../api/use-session-actions';
import { EndedPanel } from '../components/ended-panel';
import styles from './preview.module.css';

export interface PreviewPanelProps {
  preview: Preview;
  session: SessionView;
  onSeed: (seed: string) => void;
}

/** Where a learner has their tools, an author chooses the seed, and whether the session is at work or at its end. */
export function PreviewPanel({ preview, session, onSeed }: PreviewPanelProps) {
  const { t } = useText();
  const { act, pending } = useSessionActions(session.id);
  const isOver = session.state === 'finished';
  return (
    <div className={styles.panel}>
      <section className={`card ${styles.controls}`} aria-labelledby="preview-title">
        <h2 id="preview-title">
          <Eye aria-hidden size={22} /> {t('preview.title')}
        </h2>
        <p className={styles.note}>{t('preview.text')}</p>
        <SeedForm seed={session.seed} onSeed={onSeed} />
        <Variables values={preview.lab?.variables ?? {}} />
        <div className={styles.switch} role="group" aria-label={t('preview.view')}>
          {[false, true].map((end) => (
            <button
              key={String(end)}
              type="button"
              className={end === isOver ? 'button primary small' : 'button small'}
              aria-pressed={end === isOver}
              disabled={pending !== undefined}
              onClick={() => end !== isOver && void act({ action: end ? 'submit' : 'reset' })}
            >
              {t(end ? 'preview.view.end' : 'preview.view.work')}
            </button>
          ))}
        </div>
      </section>
      {isOver && <EndedPanel session={session} celebrate={false} />}
      {isOver && preview.lab?.hasDebrief === false && <p className={styles.note}>{t('preview.debrief.none')}</p>}
    </div>
  );
}

function SeedForm({ seed, onSeed }: { seed: string; onSeed: (seed: string) => void }) {
  const { t } = useText();
  const [text, setText] = useState(seed);
  useEffect(() => setText(seed), [seed]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSeed(text);
  };
  return (
    <form onSubmit={submit} className={styles.seed}>
      <label>
        <span>{t('preview.seed')}</span>
        <input
          className="input"
          value={text}
          required
          maxLength={64}
          pattern="[A-Za-z0-9\-]+"
          title={t('preview.seed.rule')}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit" className="button small" disabled={text === seed}>
        {t('preview.seed.show')}
      </button>
      <button type="button" className="button small" onClick={() => onSeed(nextSeed(seed))}>
        <Dices aria-hidden size={16} /> {t('preview.seed.next')}
      </button>
    </form>
  );
}

/** As `lab prove` goes on: seed-1, seed-2, … */
function nextSeed(seed: string): string {
  const [, number = '0'] = /^seed-(\d{1,9})$/.exec(seed) ?? [];
  return `seed-${Number(number) + 1}`;
}

function Variables({ values }: { values: Readonly<Record<string, string | number>> }) {
  const { t } = useText();
  const rows = Object.entries(values);
  if (rows.length === 0) return <p className={styles.note}>{t('preview.variables.none')}</p>;
  return (
    <div className={styles.variables} tabIndex={0} role="region" aria-label={t('preview.variables')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('preview.variable')}</th>
            <th scope="col">{t('preview.value')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
