import type { RequestOutcome, WorldPicture } from '@kubedan/contracts';
import { ArrowRight } from 'lucide-react';
import { useText } from '../../../../i18n';
import { amountText, timeText } from './figures';
import styles from './flow.module.css';

interface Place {
  name: string;
  /** Where it sends to, or what it is. */
  note?: string;
  rate: number;
  errorRate: number;
  p99Ms: number | null;
  failures: Partial<Record<RequestOutcome, number>>;
  state?: string;
}

/** Where requests go, from those who send them to what services lean on, and where and how they die. */
export function Flow({ picture }: { picture: WorldPicture }) {
  const { t } = useText();
  const most = Math.max(
    1,
    ...[...picture.sources, ...picture.routes, ...picture.services, ...picture.dependencies].map(({ rate }) => rate),
  );
  const breakerOf = (name: string): string | undefined =>
    picture.breakers.find((breaker) => breaker.name === name && breaker.state !== 'closed')?.state;
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const stages: { id: string; places: Place[] }[] = [
    {
      id: 'sources',
      places: picture.sources.map((one) => ({ ...one, note: `→ ${one.target.name}` })),
    },
    {
      id: 'routes',
      places: picture.routes.map(({ route, backends, ...figures }) => ({
        name: route,
        note: backends.map(({ service, share }) => `→ ${shortOf(service)} ${percent(share)}`).join(', '),
        ...figures,
      })),
    },
    {
      id: 'services',
      places: picture.services
        .filter(({ rate, service }) => rate > 0 || isTarget(picture, service))
        .flatMap(({ service, versions, ...figures }) => [
          { name: service, ...figures },
          ...(versions.length > 1
            ? versions.map(({ version, share, ...of }) => ({
                name: `${shortOf(service)} ${version}`,
                note: percent(share),
                ...of,
              }))
            : []),
        ]),
    },
    {
      id: 'dependencies',
      places: picture.dependencies.map(({ name, kind, behind, ...figures }) => {
        const state = breakerOf(name);
        return {
          name,
          note: behind === undefined ? t(`world.kind.${kind}`) : `${t(`world.kind.${kind}`)} → ${behind}`,
          ...figures,
          ...(state ? { state } : {}),
        };
      }),
    },
  ];
  const shown = stages.filter(({ places }) => places.length > 0);
  return (
    <ol className={styles.flow}>
      {shown.map(({ id, places }, at) => (
        <li key={id} className={styles.stage}>
          <h3>
            {at > 0 && <ArrowRight aria-hidden size={15} />}
            {t(`world.flow.${id}`)}
          </h3>
          <ul>
            {places.map((place) => (
              <PlaceCard key={place.name} place={place} most={most} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function PlaceCard({ place, most }: { place: Place; most: number }) {
  const { t } = useText();
  const { name, note, rate, errorRate, p99Ms, failures, state } = place;
  const deaths = Object.entries(failures);
  return (
    <li className={styles.place} data-dying={errorRate >= 0.01}>
      <p className={styles.name}>{name}</p>
      {note && <p className={styles.note}>{note}</p>}
      {/* As thick as what passes, red as far as it dies. */}
      <div className={styles.pipe} aria-hidden>
        <div style={{ width: `${(rate / most) * 100}%`, height: `${4 + (rate / most) * 8}px` }}>
          <span style={{ width: `${errorRate * 100}%` }} />
        </div>
      </div>
      <p className={styles.figures}>
        <span>{t('world.perSecond', { rate: amountText(rate) })}</span>
        <span>{t('world.p99.is', { time: timeText(p99Ms) })}</span>
      </p>
      {state && <p className={styles.death}>{t(`world.breaker.${state}`)}</p>}
      {deaths.map(([outcome, rate_]) => (
        <p key={outcome} className={styles.death}>
          {t('world.dies', { rate: amountText(rate_), how: t(`world.outcome.${outcome}`) })}
        </p>
      ))}
    </li>
  );
}

const shortOf = (service: string): string => service.slice(service.indexOf('/') + 1);

const isTarget = ({ sources, routes }: WorldPicture, service: string): boolean =>
  sources.some(({ target }) => target.kind === 'service' && target.name === service) ||
  routes.some(({ backends }) => backends.some((backend) => backend.service === service));
