import type { Language, LocalizedText } from '@kubedan/contracts';
import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { remember } from '../lib/remembered';
import en from './en.json';
import zh from './zh.json';

/** theme.js has set <html lang> before the first paint: remembered, else the browser's. */
const first: Language = document.documentElement.lang === 'zh' ? 'zh' : 'en';

await i18next.use(initReactI18next).init({
  lng: first,
  fallbackLng: 'en',
  resources: { en: { translation: en }, zh: { translation: zh } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
});

/** Switches the page's language, its `lang`, and remembers it. */
export async function changeLanguage(language: Language): Promise<void> {
  remember('language', language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

/** @returns `t` for the page's own sentences, `local` for texts that come in both languages, and the language */
export function useText(): {
  t: (key: string, values?: Record<string, unknown>) => string;
  local: (text: LocalizedText | undefined) => string;
  language: Language;
} {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'zh' ? 'zh' : 'en';
  return useMemo(
    () => ({ t: (key, values) => t(key, values ?? {}), local: (text) => text?.[language] ?? '', language }),
    [t, language],
  );
}
