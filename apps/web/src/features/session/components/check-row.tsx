import { type CheckVerdict, millisecondsOf, type SessionView } from '@kubedan/contracts';
import { CircleDollarSign, Gauge, Globe, ScrollText, Split, SquareTerminal } from 'lucide-react';
import { Inline } from '../../../components/markdown';
import { useText } from '../../../i18n';
import { useNow } from '../../../lib/time';
import styles from './check-row.module.css';
import { Question } from './question';
import { VerdictIcon } from './verdict-icon';

type CheckView = SessionView['tasks'][number]['checks'][number];

export interface CheckRowProps {
  session: SessionView;
  check: CheckView;
  verdict: CheckVerdict | undefined;
}

export function CheckRow({ session, check, verdict }: CheckRowProps) {
  const { t, local } = useText();
  const state = verdict?.state ?? 'pending';
  const isHolding = state === 'pending' && verdict?.holdsUntil !== undefined && check.holds !== undefined;
  return (
    <li className={styles.check} data-state={state} data-testid={`check-${check.id}`}>
      <span className={styles.icon} key={state}>
        {isHolding ? <HoldsRing until={verdict.holdsUntil!} holds={check.holds!} /> : <VerdictIcon state={state} />}
      </span>
      <div className={styles.body}>
        <div className={styles.line}>
          <span className={styles.label}>
            <Inline text={local(check.title)} />
          </span>
          <span className={styles.word}>{t(`check.${state}`)}</span>
          <span className={styles.points}>{t('check.points', { count: check.points })}</span>
        </div>
        <Asks check={check} />
        {check.always && <p className={styles.note}>{t('check.always')}</p>}
        {check.holds !== undefined && state !== 'pass' && !isHolding && (
          <p className={styles.note}>{t('check.holds', { time: check.holds })}</p>
        )}
        {isHolding && <HoldsText until={verdict.holdsUntil!} />}
        {state === 'error' && (
          <div className={styles.ours}>
            <p>{t('check.error.text')}</p>
            {verdict?.message && (
              <details>
                <summary>{t('problem.detail')}</summary>
                {local(verdict.message)}
              </details>
            )}
          </div>
        )}
        {state !== 'error' && state !== 'pass' && verdict?.message && !check.question && (
          <p className={styles.message}>
            <Inline text={local(verdict.message)} />
          </p>
        )}
        {state === 'fail' && verdict && verdict.mismatches.length > 0 && !check.question && (
          <details className={styles.saw} open>
            <summary>{t('check.details')}</summary>
            {verdict.mismatches.map((mismatch, index) => (
              <dl key={index}>
                <div>
                  <dt>{t('check.field')}</dt>
                  <dd>
                    <code>{mismatch.field}</code>
                  </dd>
                </div>
                <div>
                  <dt>{t('check.seen')}</dt>
                  <dd>
                    <code>{mismatch.seen}</code>
                  </dd>
                </div>
                <div>
                  <dt>{t('check.expected')}</dt>
                  <dd>
                    <code>{mismatch.expected}</code>
                  </dd>
                </div>
              </dl>
            ))}
          </details>
        )}
        {check.question && (
          <Question
            session={session}
            checkId={check.id}
            question={check.question}
            state={state}
            message={verdict?.message}
          />
        )}
      </div>
    </li>
  );
}

const asking = {
  http: Globe,
  exec: SquareTerminal,
  audit: ScrollText,
  slo: Gauge,
  cost: CircleDollarSign,
  traffic: Split,
} as const;
const isAsked = (kind: string): kind is keyof typeof asking => Object.hasOwn(asking, kind);

/** What is asked for a check that no object of the cluster answers, and how. */
function Asks({ check: { kind, asks } }: { check: CheckView }) {
  const { t } = useText();
  if (!isAsked(kind)) return null;
  const Icon = asking[kind];
  return (
    <p className={styles.asks}>
      <Icon aria-hidden size={14} />
      <span>{t(`check.asks.${kind}`)}</span>
      {asks !== undefined && <code>{asks}</code>}
    </p>
  );
}

/** How much of the time has passed for which a condition must hold, as a ring that closes. */
function HoldsRing({ until, holds }: { until: string; holds: string }) {
  const left = new Date(until).getTime() - useNow(100);
  const share = Math.min(1, Math.max(0, 1 - left / millisecondsOf(holds)));
  const around = 2 * Math.PI * 9.5;
  return (
    <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true" className={styles.ring}>
      <circle cx="12" cy="12" r="9.5" />
      <circle cx="12" cy="12" r="9.5" strokeDasharray={`${share * around} ${around}`} transform="rotate(-90 12 12)" />
    </svg>
  );
}

function HoldsText({ until }: { until: string }) {
  const { t } = useText();
  const left = new Date(until).getTime() - useNow(250);
  return <p className={styles.holding}>{t('check.holding', { seconds: Math.max(0, Math.ceil(left / 1000)) })}</p>;
}
