import { type PlacementReport, type PlacementView, skills } from '@kubedan/contracts';
import { ArrowRight, Clock, Lock } from 'lucide-react';
import { Link } from 'react-router';
import { Loading } from '../../../components/loading';
import { ProblemNotice } from '../../../components/problem-notice';
import standing from '../../../components/standing.module.css';
import { TierName } from '../../../components/tier-name';
import { TierStone } from '../../../components/tier-stone';
import { useText } from '../../../i18n';
import { useStartSession } from '../../labs';
import { usePlacementReport } from '../api/use-placement';
import { certaintyOf } from '../certainty';
import { BellPicture } from './bell-picture';
import { LookBack } from './look-back';
import { RadarChart } from './radar-chart';
import styles from './result-view.module.css';
import { SkillTable } from './skill-table';

/** Where a finished self-test places one, how sure that is, and what to do next. */
export function ResultView({ placement }: { placement: PlacementView }) {
  const { t } = useText();
  const report = usePlacementReport(placement.id);
  if (report.isPending) return <Loading />;
  if (report.data === undefined) {
    return (
      <div className={`wrap ${standing.page}`}>
        <ProblemNotice error={report.error} onRetry={() => void report.refetch()} />
      </div>
    );
  }
  const { result, labs } = report.data;
  const { overall } = result;
  const certainty = certaintyOf(overall);
  return (
    <div className={`wrap ${standing.page}`}>
      <section className={styles.head} data-tier={overall.tier} aria-labelledby="result-title">
        <div className={standing.stone}>
          <TierStone tier={overall.tier} size={104} />
          <div>
            <p className={standing.over}>{t('selfTest.result')}</p>
            <h1 id="result-title">{t(`tier.${overall.tier}`)}</h1>
            <p className={styles.certainty}>
              {t(`selfTest.certainty.${certainty.degree}`, {
                percent: certainty.percent,
                tier: t(`tier.${overall.tier}`),
                other: t(`tier.${certainty.other}`),
                otherPercent: certainty.otherPercent,
              })}
            </p>
          </div>
        </div>
        <BellPicture level={overall} />
      </section>
      <section className={standing.section} aria-labelledby="result-skills">
        <h2 id="result-skills">{t('selfTest.skills')}</h2>
        <div className={standing.columns}>
          <RadarChart levels={result.skills} />
          <div>
            <SkillTable levels={result.skills} answered={placement.answered} />
            <p className={styles.note}>{t('selfTest.skills.note')}</p>
          </div>
        </div>
      </section>
      {labs.length > 0 && <NextLabs report={report.data} />}
      {placement.answered.length > 0 && <LookBack answered={placement.answered} />}
      <footer className={styles.end}>
        <p>
          <Lock aria-hidden size={16} /> {t('selfTest.private')}
        </p>
        <Link to="/self-test" className="button">
          {t('selfTest.all')}
        </Link>
      </footer>
    </div>
  );
}

function NextLabs({ report }: { report: PlacementReport }) {
  const { t, local } = useText();
  const start = useStartSession();
  const weakest = [...skills].sort((a, b) => report.result.skills[a].ability - report.result.skills[b].ability)[0];
  return (
    <section className={styles.next} aria-labelledby="result-labs">
      <h2 id="result-labs">{t('selfTest.labs')}</h2>
      <ol className={styles.labs}>
        {report.labs.map((lab) => (
          <li key={lab.name} className="card">
            <p className={styles.why}>
              {t(lab.skill === weakest ? 'selfTest.labs.weakest' : 'selfTest.labs.for', {
                skill: t(`skill.${lab.skill}`),
              })}
            </p>
            <h3>{local(lab.title)}</h3>
            {lab.summary && <p className={styles.summary}>{local(lab.summary)}</p>}
            <p className={styles.facts}>
              <TierName tier={lab.tier} />
              <span>
                <Clock aria-hidden size={15} /> {t('labs.minutes', { count: lab.minutes })}
              </span>
            </p>
            <button
              type="button"
              className="button"
              disabled={start.isPending}
              onClick={() => start.mutate(lab.name)}
              aria-label={t('labs.start.label', { title: local(lab.title) })}
            >
              {t('labs.start')} <ArrowRight aria-hidden size={17} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
