/** The mark: a vermilion seal with the crossing of two lines of a board and two stones. */
export function Seal({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="15" fill="#bf3b2b" />
      <path
        d="M14 24h36M14 40h36M24 14v36M40 14v36"
        stroke="#fff"
        strokeOpacity=".45"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
      <circle cx="24" cy="40" r="9" fill="#fff" />
      <circle cx="40" cy="24" r="9" fill="#1b2029" />
    </svg>
  );
}
