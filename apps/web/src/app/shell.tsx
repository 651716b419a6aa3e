import type { Language } from '@kubedan/contracts';
import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { changeLanguage, useText } from '../i18n';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../lib/theme';
import { Seal } from '../components/seal';
import styles from './shell.module.css';

/** What every page stands in: skip link, header with language and theme, main, footer. */
export function Shell() {
  const { t } = useText();
  const location = useLocation();
  const isSession = location.pathname.startsWith('/sessions/') || location.pathname === '/preview';
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // A change of page moves the focus to it, as a real page load would; the first one leaves it at the top.
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [location.pathname]);
  return (
    <>
      <a className={styles.skip} href="#main">
        {t('app.skip')}
      </a>
      <header className={styles.header}>
        <div className={isSession ? styles.inner : `wrap ${styles.inner}`} data-wide={isSession}>
          <NavLink to="/" className={styles.brand!}>
            <Seal size={30} />
            <span>{t('app.name')}</span>
          </NavLink>
          <nav aria-label={t('app.nav')} className={styles.nav}>
            <NavLink to="/" end className={styles.homeLink!}>
              {t('app.home')}
            </NavLink>
            <NavLink to="/labs">{t('app.labs')}</NavLink>
            <NavLink to="/self-test">{t('app.selfTest')}</NavLink>
            <NavLink to="/profile">{t('app.profile')}</NavLink>
          </nav>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      {!isSession && (
        <footer className={styles.footer}>
          <div className="wrap">{t('app.footer')}</div>
        </footer>
      )}
      <ScrollRestoration />
    </>
  );
}

const languageNames: Record<Language, string> = { en: 'English', zh: '中文' };

function LanguageSwitch() {
  const { t, language } = useText();
  return (
    <label className={styles.select}>
      <Languages aria-hidden size={17} />
      <span className="visually-hidden">{t('app.language')}</span>
      <select value={language} onChange={(event) => void changeLanguage(event.target.value as Language)}>
        {Object.entries(languageNames).map(([value, name]) => (
          <option key={value} value={value} lang={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

const themeIcons = { light: Sun, dark: Moon, system: Monitor };

function ThemeSwitch() {
  const { t } = useText();
  const choice = useThemeChoice();
  const Icon = themeIcons[choice];
  return (
    <label className={styles.select} data-compact>
      <Icon aria-hidden size={17} />
      <span className="visually-hidden">{t('app.theme')}</span>
      <select value={choice} onChange={(event) => chooseTheme(event.target.value as ThemeChoice)}>
        {(['system', 'light', 'dark'] as const).map((value) => (
          <option key={value} value={value}>
            {t(`app.theme.${value}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
