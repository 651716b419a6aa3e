import { type LabSummary, skills, tiers } from '@kubedan/contracts';
import { Search, TriangleAlert } from 'lucide-react';
import { useSearchParams } from 'react-router';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import { useTitle } from '../../../lib/title';
import { useLabs } from '../api/use-labs';
import { filterLabs } from '../filter-labs';
import { LabCard } from './lab-card';
import styles from './labs-page.module.css';

export function LabsPage() {
  const { t } = useText();
  useTitle(t('labs.title'));
  const labs = useLabs();
  const [search, setSearch] = useSearchParams();
  const filter = { tier: search.get('tier') ?? '', skill: search.get('skill') ?? '', words: search.get('q') ?? '' };
  const set = (name: string, value: string): void =>
    setSearch(
      (old) => {
        if (value === '') old.delete(name);
        else old.set(name, value);
        return old;
      },
      { replace: true },
    );
  return (
    <div className={`wrap ${styles.page}`}>
      <header className={styles.head}>
        <h1>{t('labs.title')}</h1>
        <p>{t('labs.lead')}</p>
      </header>
      <search className={styles.filters}>
        <div className={styles.search}>
          <Search aria-hidden size={18} />
          <input
            type="search"
            className="input"
            aria-label={t('labs.search')}
            placeholder={t('labs.search')}
            value={filter.words}
            onChange={(event) => set('q', event.target.value)}
          />
        </div>
        <Choice
          name="tier"
          legend={t('labs.tier')}
          value={filter.tier}
          options={tiers}
          text={(tier) => t(`tier.${tier}`)}
          onChange={set}
        />
        <Choice
          name="skill"
          legend={t('labs.skill')}
          value={filter.skill}
          options={skills}
          text={(skill) => t(`skill.${skill}`)}
          onChange={set}
        />
      </search>
      {labs.isPending && <Loading />}
      {labs.isError && <ProblemNotice error={labs.error} onRetry={() => void labs.refetch()} />}
      {labs.data && (
        <>
          <Result
            shown={filterLabs(labs.data.labs, filter)}
            total={labs.data.labs.length}
            onAll={() => setSearch({}, { replace: true })}
          />
          {labs.data.invalid.length > 0 && (
            <div className="notice amber">
              <TriangleAlert aria-hidden size={20} />
              <div>
                <p>{t('labs.invalid', { count: labs.data.invalid.length })}</p>
                <details>
                  <summary>{t('problem.detail')}</summary>
                  <ul>
                    {labs.data.invalid.map(({ folder, message }) => (
                      <li key={folder}>
                        <code>{folder}</code>: {message}
                      </li>
                    ))}
                  </ul>
                </details>
              </div>
            </div>
          )}
        </>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  name: string;
  legend: string;
  value: string;
  options: readonly T[];
  text: (option: T) => string;
  onChange: (name: string, value: string) => void;
}

function Choice<T extends string>({ name, legend, value, options, text, onChange }: ChoiceProps<T>) {
  const { t } = useText();
  return (
    <fieldset className={styles.choice}>
      <legend>{legend}</legend>
      <div>
        {(['', ...options] as const).map((option) => (
          <label key={option} data-chosen={value === option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={value === option}
              onChange={() => onChange(name, option)}
              className="visually-hidden"
            />
            {option === '' ? t('labs.all') : text(option)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Result({ shown, total, onAll }: { shown: LabSummary[]; total: number; onAll: () => void }) {
  const { t } = useText();
  return (
    <>
      <p role="status" className={styles.count}>
        {t('labs.count', { count: shown.length })}
      </p>
      {shown.length > 0 && (
        <ul className={styles.list}>
          {shown.map((lab) => (
            <li key={lab.name}>
              <LabCard lab={lab} />
            </li>
          ))}
        </ul>
      )}
      {shown.length === 0 && (
        <div className={styles.empty}>
          <TierStone tier="silver" size={52} empty />
          <h2>{t('labs.empty.title')}</h2>
          <p>{total === 0 ? t('labs.none') : t('labs.empty.text')}</p>
          {total > 0 && (
            <button type="button" className="button" onClick={onAll}>
              {t('labs.empty.action')}
            </button>
          )}
        </div>
      )}
    </>
  );
}
