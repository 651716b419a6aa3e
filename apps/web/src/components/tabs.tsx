import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import styles from './tabs.module.css';

export interface Tab<T extends string> {
  id: T;
  label: string;
  icon?: ReactNode;
  /** Beside the tab, for example what closes it. */
  extra?: ReactNode;
}
export interface TabsProps<T extends string> {
  label: string;
  /** Joins tabs and panels: `${group}-tab-${id}` and `${group}-panel-${id}`. */
  group: string;
  tabs: Tab<T>[];
  active: T;
  onChange: (id: T) => void;
  compact?: boolean;
}

/** A list of tabs by the ARIA pattern: one stop of Tab, arrows, Home and End move. */
export function Tabs<T extends string>({ label, group, tabs, active, onChange, compact = false }: TabsProps<T>) {
  const ref = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ id }) => id === active);
    const target = {
      ArrowRight: (index + 1) % tabs.length,
      ArrowLeft: (index - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key];
    const tab = target === undefined ? undefined : tabs[target];
    if (!tab) return;
    event.preventDefault();
    onChange(tab.id);
    ref.current?.querySelector<HTMLElement>(`#${CSS.escape(`${group}-tab-${tab.id}`)}`)?.focus();
  };
  return (
    <div className={styles.bar} data-compact={compact}>
      <div ref={ref} role="tablist" aria-label={label} className={styles.list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${group}-tab-${tab.id}`}
            aria-selected={tab.id === active}
            aria-controls={`${group}-panel-${tab.id}`}
            tabIndex={tab.id === active ? 0 : -1}
            className={styles.tab}
            onClick={() => onChange(tab.id)}
          >
            {tab.icon}
            {tab.label}
          </button>
        ))}
      </div>
    </div>
  );
}
