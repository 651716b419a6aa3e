import type { AnsweredQuestion } from '@kubedan/contracts';
import { Check, CircleHelp, X } from 'lucide-react';
import { Inline } from '../../../components/markdown';
import { TierName } from '../../../components/tier-name';
import { useText } from '../../../i18n';
import styles from './look-back.module.css';

const icons = { right: Check, wrong: X, unknown: CircleHelp };

/** All questions of a finished test with what was right and why. */
export function LookBack({ answered }: { answered: readonly AnsweredQuestion[] }) {
  const { t, local } = useText();
  return (
    <section className={styles.section} aria-labelledby="result-answers">
      <h2 id="result-answers">{t('selfTest.lookBack')}</h2>
      <ol className={styles.list}>
        {answered.map((question) => {
          const { id, chosen, right } = question;
          const outcome = chosen === null ? 'unknown' : chosen === right ? 'right' : 'wrong';
          const Icon = icons[outcome];
          return (
            <li key={id}>
              <details>
                <summary>
                  <span className={styles.icon} data-outcome={outcome}>
                    <Icon aria-hidden size={15} strokeWidth={2.6} />
                    <span className="visually-hidden">{t(`selfTest.lookBack.${outcome}`)}</span>
                  </span>
                  <span className={styles.text}>
                    <Inline text={local(question.text)} />
                  </span>
                  <span className={styles.facts}>
                    <TierName tier={question.tier} />
                    <span className="chip">{t(`skill.${question.skill}`)}</span>
                  </span>
                </summary>
                <dl className={styles.answer}>
                  {outcome === 'wrong' && chosen !== null && (
                    <>
                      <dt>{t('selfTest.mark.wrong')}</dt>
                      <dd>
                        <Inline text={local(question.options[chosen])} />
                      </dd>
                    </>
                  )}
                  <dt>{t('selfTest.mark.right')}</dt>
                  <dd>
                    <Inline text={local(question.options[right])} />
                  </dd>
                  <dt>{t('ask.explanation')}</dt>
                  <dd>
                    <Inline text={local(question.explanation)} />
                  </dd>
                </dl>
              </details>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
