import { useSyncExternalStore } from 'react';
import { remember, remembered } from './remembered';

export type ThemeChoice = 'light' | 'dark' | 'system';
export type Theme = 'light' | 'dark';

const listeners = new Set<() => void>();
const system = matchMedia('(prefers-color-scheme: dark)');

function choice(): ThemeChoice {
  const value = remembered('theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}
let chosen: ThemeChoice = choice();

function theme(): Theme {
  return chosen === 'system' ? (system.matches ? 'dark' : 'light') : chosen;
}

function apply(): void {
  document.documentElement.dataset['theme'] = theme();
  for (const listener of listeners) listener();
}
system.addEventListener('change', apply);
apply();

export function chooseTheme(next: ThemeChoice): void {
  chosen = next;
  remember('theme', next === 'system' ? undefined : next);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
/** What is shown now. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, theme);
}
/** What the person chose. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => chosen);
}
