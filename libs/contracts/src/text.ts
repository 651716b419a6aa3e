import { z } from 'zod';

/** The languages that every text of a lab and every page exists in. */
export const languages = ['en', 'zh'] as const;
export const languageSchema = z.enum(languages);
export type Language = z.infer<typeof languageSchema>;

/** A sentence in both languages; neither may be empty. */
export const localizedTextSchema = z.strictObject({
  en: z.string().min(1).describe('In English, written as if it were the original.'),
  zh: z.string().min(1).describe('In Chinese, written as if it were the original.'),
});
export type LocalizedText = z.infer<typeof localizedTextSchema>;
