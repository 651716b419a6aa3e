import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import '../../../i18n';
import { Mistakes } from './mistakes';

describe('Mistakes', () => {
  afterEach(cleanup);

  it('says of each mistake where it is, what is wrong and what may stand there', () => {
    render(
      <Mistakes
        preview={{
          folder: '/labs/gold/sale',
          version: '1',
          readAt: '2030-01-01T00:00:00Z',
          issues: [
            {
              file: 'lab.yaml',
              line: 5,
              column: 9,
              path: 'metadata.tier',
              message: '"wood" is not allowed',
              allowed: ['bronze', 'gold'],
            },
            { file: 'text.zh.md', message: 'this text is missing' },
          ],
        }}
      />,
    );
    expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/2 mistakes|2 处错误/);
    const [first, second] = screen.getAllByRole('listitem');
    for (const text of ['lab.yaml:5:9', 'metadata.tier', '"wood" is not allowed', 'bronze', 'gold'])
      expect(within(first!).getByText(text)).toBeDefined();
    expect(second!.textContent).toBe('text.zh.mdthis text is missing');
  });
});
