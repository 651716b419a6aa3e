import { useEffect, useRef } from 'react';

export interface OptionKeys {
  /** How many options there are: 1 is the first. */
  count: number;
  /** Digit 0 chooses null: "I do not know". */
  onChoose: (option: number | null) => void;
  /** Enter, where the browser itself would do nothing. */
  onEnter: () => void;
}

/** Digits choose and Enter goes on, wherever the focus is, unless it is in something that has a use for them itself. */
export function useOptionKeys(keys: OptionKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest('dialog, select, textarea, input:not([type="radio"])')) return;
      const { count, onChoose, onEnter } = latest.current;
      if (/^\d$/.test(event.key) && Number(event.key) <= count) {
        event.preventDefault();
        onChoose(event.key === '0' ? null : Number(event.key) - 1);
      }
      // A radio submits its form by Enter, a button or link acts: only elsewhere it is ours.
      if (event.key === 'Enter' && !target.closest('a, button, input, summary')) onEnter();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
