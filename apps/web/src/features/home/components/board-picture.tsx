import styles from './board-picture.module.css';

const size = 9;
const step = 40;
const at = (line: number): number => 30 + line * step;
/** A small position: dark stones build the strokes of a climb, light ones answer. Columns and rows from the upper left. */
const dark: [number, number][] = [
  [1, 7],
  [2, 6],
  [3, 6],
  [4, 5],
  [5, 4],
  [5, 3],
];
const light: [number, number][] = [
  [1, 6],
  [2, 5],
  [3, 7],
  [4, 6],
  [6, 4],
  [6, 2],
];
const stars: [number, number][] = [
  [2, 2],
  [6, 2],
  [4, 4],
  [2, 6],
  [6, 6],
];

/** The hero's picture: a corner of a Go board on which the last stone, a diamond one, has just been placed. Decorative. */
export function BoardPicture() {
  const end = at(size - 1);
  return (
    <div className={styles.frame} aria-hidden="true">
      <svg viewBox="0 0 380 380" className={styles.board}>
        <defs>
          <radialGradient id="dark-stone" cx="34%" cy="28%" r="80%">
            <stop offset="0" stopColor="#5b6472" />
            <stop offset="0.6" stopColor="#1c2027" />
            <stop offset="1" stopColor="#07080a" />
          </radialGradient>
          <radialGradient id="light-stone" cx="34%" cy="28%" r="85%">
            <stop offset="0" stopColor="#ffffff" />
            <stop offset="0.7" stopColor="#e9e7e0" />
            <stop offset="1" stopColor="#c3c0b5" />
          </radialGradient>
          <radialGradient id="last-stone" cx="36%" cy="30%" r="75%">
            <stop offset="0" stopColor="var(--diamond-a)" />
            <stop offset="1" stopColor="var(--diamond-b)" />
          </radialGradient>
        </defs>
        <rect width="380" height="380" rx="18" fill="var(--board)" />
        <g stroke="var(--board-line)" strokeWidth="1.2">
          {Array.from({ length: size }, (_, line) => (
            <path key={line} d={`M${at(line)} ${at(0)}V${end}M${at(0)} ${at(line)}H${end}`} />
          ))}
        </g>
        {stars.map(([x, y]) => (
          <circle key={`${x}-${y}`} cx={at(x)} cy={at(y)} r="3.2" fill="var(--board-line)" />
        ))}
        {[...dark, ...light].map(([x, y], index) => (
          <g key={`${x}-${y}`}>
            <ellipse cx={at(x) + 1.5} cy={at(y) + 3} rx="18.5" ry="18" fill="#000" opacity=".2" />
            <circle
              cx={at(x)}
              cy={at(y)}
              r="18"
              fill={`url(#${index < dark.length ? 'dark' : 'light'}-stone)`}
              stroke="var(--board-line)"
              strokeWidth={index < dark.length ? 0.8 : 0}
            />
          </g>
        ))}
        <g className={styles.last}>
          <ellipse cx={at(6) + 1.5} cy={at(1) + 3.5} rx="19" ry="18" fill="#000" opacity=".25" />
          <circle cx={at(6)} cy={at(1)} r="18.5" fill="url(#last-stone)" />
          <path
            d="M270 53 280 63 270 88 260 63ZM260 63h20M252 67l8-4M288 67l-8-4"
            fill="none"
            stroke="#fff"
            strokeOpacity=".85"
            strokeWidth="1.2"
          />
        </g>
      </svg>
      <span className={styles.glyph} lang="zh">
        段
      </span>
    </div>
  );
}
