import type { CheckVerdict, SessionView } from '@kubedan/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../../i18n';
import { CheckRow } from './check-row';

const both = (text: string) => ({ en: text, zh: text });
const session = { id: 's', state: 'active' } as SessionView;
type Check = SessionView['tasks'][number]['checks'][number];
const check: Check = {
  id: 'all-ready',
  title: both('All are ready'),
  kind: 'object',
  points: 2,
  always: false,
  holds: '30s',
};
const verdict = (more: Partial<CheckVerdict>): CheckVerdict => ({
  checkId: 'all-ready',
  taskId: 't',
  state: 'pending',
  points: 0,
  mismatches: [],
  at: '2026-01-01T00:00:00Z',
  ...more,
});

function show(shown: Check, of?: CheckVerdict) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <ul>
        <CheckRow session={session} check={shown} verdict={of} />
      </ul>
    </QueryClientProvider>,
  );
}
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('a check on the page', () => {
  it('waits while there is no verdict, and says how long its condition must hold', () => {
    show(check);
    expect(screen.getByText('Waiting')).toBeTruthy();
    expect(screen.getByText('Must hold for 30s')).toBeTruthy();
  });

  it('says what was seen and what was expected when it fails', () => {
    const mismatch = { field: 'Deployment shop/web: status.readyReplicas', seen: '2', expected: '3' };
    show(check, verdict({ state: 'fail', message: both('Only 2 are ready.'), mismatches: [mismatch] }));
    for (const text of ['Not yet', 'Only 2 are ready.', mismatch.field, '2', '3'])
      expect(screen.getByText(text)).toBeTruthy();
  });

  it('says what is asked for it, where no object does', () => {
    show({ ...check, kind: 'http', asks: 'GET http://web.shop:80/' });
    expect(screen.getByText('Asked over HTTP, again and again')).toBeTruthy();
    expect(screen.getByText('GET http://web.shop:80/')).toBeTruthy();
    cleanup();
    show(check);
    expect(screen.queryByText(/again and again/)).toBeNull();
  });

  it('calls an error ours, and keeps its reason among the details', () => {
    show(check, verdict({ state: 'error', message: both('no such key') }));
    expect(screen.getByText('Our mistake')).toBeTruthy();
    expect(screen.getByText(/not held against you/)).toBeTruthy();
    expect(screen.getByText('no such key').closest('details')).toBeTruthy();
  });

  it('counts down while a condition holds', () => {
    show(check, verdict({ holdsUntil: new Date(Date.now() + 12_000).toISOString() }));
    expect(screen.getByText(/^Holds; 1[12] s to go$/)).toBeTruthy();
  });

  it('sends the chosen answer, and only a changed one', async () => {
    const fetched = vi.fn<typeof fetch>(() => Promise.resolve(new Response('{}')));
    vi.stubGlobal('fetch', fetched);
    const options = [
      { id: 'a', text: both('A template') },
      { id: 'b', text: both('A ship') },
    ];
    show({
      id: 'q',
      title: both('What?'),
      kind: 'ask',
      points: 1,
      always: false,
      question: { question: both('What?'), choose: 'one', options, answered: ['b'] },
    });
    const answer = screen.getByText('Answer');
    expect(answer).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByLabelText('A template'));
    fireEvent.click(answer);
    await waitFor(() => expect(fetched).toHaveBeenCalledOnce());
    expect(fetched).toHaveBeenCalledWith(
      '/api/v1/sessions/s/answer',
      expect.objectContaining({ method: 'POST', body: '{"checkId":"q","options":["a"]}' }),
    );
  });
});
