import type { VerdictState } from '@kubedan/contracts';

/** A verdict as a stone: filled with a tick, open with a cross, dashed, or with a question mark. Its word stands beside it. */
export function VerdictIcon({ state, size = 22 }: { state: VerdictState; size?: number }) {
  const tone = { pass: 'jade', fail: 'seal', pending: 'ink-3', error: 'amber' }[state];
  return (
    <svg
      key={state}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      style={{ color: `var(--${tone})` }}
      data-verdict={state}
    >
      {state === 'pass' && (
        <>
          <circle cx="12" cy="12" r="11" fill="currentColor" />
          <path
            d="m7 12.5 3.4 3.4L17 9"
            fill="none"
            stroke="var(--surface)"
            strokeWidth="2.6"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      )}
      {state === 'fail' && (
        <>
          <circle cx="12" cy="12" r="10" fill="none" stroke="currentColor" strokeWidth="2" />
          <path d="m8.5 8.5 7 7m0-7-7 7" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
        </>
      )}
      {state === 'pending' && (
        <circle cx="12" cy="12" r="10" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="3.2 3.1" />
      )}
      {state === 'error' && (
        <>
          <circle cx="12" cy="12" r="10" fill="none" stroke="currentColor" strokeWidth="2" />
          <path
            d="M9.3 9.4a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2.9-1.2 1.8M12 16.9v.2"
            fill="none"
            stroke="currentColor"
            strokeWidth="2.1"
            strokeLinecap="round"
          />
        </>
      )}
    </svg>
  );
}
