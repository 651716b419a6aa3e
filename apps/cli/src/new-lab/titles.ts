import type { LocalizedText } from '@kubedan/contracts';
import { UserError } from '../output.js';

/** Asks a person; an empty answer takes what is suggested. */
export type Ask = (question: string, suggestion: string) => Promise<string>;

export interface GivenTitles {
  en?: string;
  zh?: string;
}

/**
 * What a new lab is called: as given, else as somebody at the terminal says, else after its name.
 * @param ask absent where nobody is there to be asked
 * @throws UserError (status 2) for a title that is empty or has more than one line
 */
export async function titlesOf(name: string, given: GivenTitles, ask?: Ask): Promise<LocalizedText> {
  const words = name.replaceAll('-', ' ');
  const suggested = { en: words.charAt(0).toUpperCase() + words.slice(1), zh: `新实验 ${name}` };
  const one = async (language: keyof LocalizedText, question: string): Promise<string> => {
    const text = given[language] ?? (await ask?.(question, suggested[language])) ?? suggested[language];
    if (text.trim() === '' || /[\r\n]/.test(text))
      throw new UserError(`A title is one line of text: --title-${language} ${JSON.stringify(text)} is none.`, 2);
    return text.trim();
  };
  return { en: await one('en', 'Title in English'), zh: await one('zh', 'Title in Chinese, 中文标题') };
}
