import type { SessionView } from '@kubedan/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, within } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it } from 'vitest';
import '../../../i18n';
import { EndedPanel } from './ended-panel';

const both = (text: string) => ({ en: text, zh: text });

function show(session: Partial<SessionView>): void {
  const view = {
    lab: { name: 'l', tier: 'bronze', title: both('l') },
    state: 'finished',
    outcome: 'passed',
    points: { reached: 3, total: 3 },
    ...session,
  } as SessionView;
  // What could come next is fetched; here nobody answers, and nothing of this waits for it.
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <EndedPanel session={view} celebrate={false} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

const debrief = (): HTMLElement | null => screen.queryByRole('region', { name: /Why it was so|复盘/ });

describe('EndedPanel', () => {
  afterEach(cleanup);

  it.each(['passed', 'submitted', 'expired', 'abandoned'] as const)(
    'shows the debrief as Markdown after a session that is %s',
    (outcome) => {
      show({ outcome, debrief: both('It was `web`.\n\n## The trap\n\n- a tag') });
      const region = within(debrief()!);
      expect(region.getByRole('heading', { name: 'The trap', level: 3 })).toBeDefined();
      expect(region.getByText('web').tagName).toBe('CODE');
      expect(region.getByRole('listitem').textContent).toBe('a tag');
    },
  );

  it('has no empty place for it when the lab has none', () => {
    show({});
    expect(screen.getByRole('status').textContent).not.toBe('');
    expect(debrief()).toBeNull();
  });
});
