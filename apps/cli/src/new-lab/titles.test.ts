import { describe, expect, it } from 'vitest';
import { titlesOf } from './titles.js';

describe('titlesOf', () => {
  it('takes what is given, and makes the rest of the name where nobody can be asked', async () => {
    expect(await titlesOf('flash-sale', {})).toEqual({ en: 'Flash sale', zh: '新实验 flash-sale' });
    expect(await titlesOf('flash-sale', { en: ' Noon ', zh: '午高峰' })).toEqual({ en: 'Noon', zh: '午高峰' });
  });

  it('asks for what is not given only', async () => {
    const asked: string[] = [];
    const ask = async (question: string, suggestion: string): Promise<string> => {
      asked.push(`${question} (${suggestion})`);
      return '秒杀';
    };
    expect(await titlesOf('flash-sale', { en: 'Flash sale' }, ask)).toEqual({ en: 'Flash sale', zh: '秒杀' });
    expect(asked).toEqual(['Title in Chinese, 中文标题 (新实验 flash-sale)']);
  });

  it.each(['', '  ', 'two\nlines'])('refuses what is no title: %j', async (en) => {
    await expect(titlesOf('flash-sale', { en })).rejects.toThrow(/A title is one line of text: --title-en/);
  });
});
