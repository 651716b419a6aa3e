import type { AnsweredQuestion, PlacementQuestion, PlacementView } from '@kubedan/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../../i18n';
import { QuestionCard, type QuestionCardProps } from './question-card';

const both = (text: string) => ({ en: text, zh: text });
const question: PlacementQuestion = {
  id: 'q',
  skill: 'heal',
  text: both('What is a Pod?'),
  options: ['A ship', 'A group of containers', 'A port'].map(both),
};
const placement: PlacementView = {
  id: 't',
  audience: 'coders',
  state: 'active',
  answers: 0,
  createdAt: '2026-01-01T00:00:00Z',
  most: 15,
  question,
  answered: [],
};
const answer = (chosen: number | null): AnsweredQuestion => ({
  ...question,
  tier: 'bronze',
  chosen,
  right: 1,
  explanation: both('Containers that live together.'),
});

function show(props: Partial<QuestionCardProps> = {}) {
  const fetched = vi.fn<typeof fetch>(() => Promise.resolve(new Response(JSON.stringify(placement))));
  vi.stubGlobal('fetch', fetched);
  const card = <QuestionCard placement={placement} question={question} number={1} {...props} />;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={createMemoryRouter([{ path: '/', element: card }])} />
    </QueryClientProvider>,
  );
  return fetched;
}
const press = (key: string, on: Element = document.body): void => void fireEvent.keyDown(on, { key });
const bodyOf = (fetched: ReturnType<typeof show>): unknown => JSON.parse(String(fetched.mock.calls[0]?.[1]?.body));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('a question on the page', () => {
  it('is answered by a digit and Enter', async () => {
    const fetched = show();
    press('Enter');
    expect(fetched).not.toHaveBeenCalled();
    press('2');
    expect(screen.getByRole('radio', { name: 'A group of containers' })).toHaveProperty('checked', true);
    press('Enter');
    await waitFor(() => expect(fetched).toHaveBeenCalledOnce());
    expect(bodyOf(fetched)).toEqual({ question: 'q', option: 1 });
  });

  it('knows no option beyond the last, and takes 0 for "I do not know"', async () => {
    const fetched = show();
    press('4');
    expect(screen.getAllByRole('radio').filter((radio) => (radio as HTMLInputElement).checked)).toEqual([]);
    press('0');
    fireEvent.click(screen.getByRole('button', { name: 'Answer' }));
    await waitFor(() => expect(fetched).toHaveBeenCalledOnce());
    expect(bodyOf(fetched)).toEqual({ question: 'q', option: null });
  });

  it('leaves the keys of buttons and lists to them', () => {
    const onNext = vi.fn<() => void>();
    show({ answer: answer(1), onNext });
    press('Enter', screen.getByRole('button', { name: /Next question/ }));
    expect(onNext).not.toHaveBeenCalled();
    press('Enter');
    expect(onNext).toHaveBeenCalledOnce();
  });

  it('says what was right and why once it is answered, and takes no other answer', () => {
    const fetched = show({ answer: answer(0) });
    for (const text of ['The right answer', 'Your answer', 'Not quite.', 'Containers that live together.'])
      expect(screen.getByText(text)).toBeTruthy();
    press('2');
    expect(screen.getByRole('radio', { name: /A ship/ })).toHaveProperty('checked', true);
    expect(fetched).not.toHaveBeenCalled();
  });
});
