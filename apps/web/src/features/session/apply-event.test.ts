import type { CheckVerdict, SessionEvent, SessionView } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { applyEvent, newerView } from './apply-event';

const both = (text: string) => ({ en: text, zh: text });
const view: SessionView = {
  id: 's',
  lab: { name: 'l', hash: 'h', tier: 'silver', skills: ['heal'], title: both('l'), minutes: 5 },
  seed: '1',
  state: 'active',
  step: both('nearly'),
  text: both('text'),
  tasks: [
    {
      id: 't',
      title: both('t'),
      hints: 2,
      hintsShown: [],
      checks: [
        { id: 'c', title: both('c'), kind: 'object', points: 2, always: false },
        {
          id: 'q',
          title: both('?'),
          kind: 'ask',
          points: 1,
          always: false,
          question: { question: both('?'), choose: 'one', options: [{ id: 'a', text: both('a') }], answered: [] },
        },
      ],
    },
  ],
  verdicts: [],
  points: { reached: 0, total: 3 },
  lastEvent: 4,
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-01-01T01:00:00Z',
  extensionsLeft: 1,
  terminals: { available: true },
};
const verdict = (checkId: string, state: CheckVerdict['state']): CheckVerdict => ({
  checkId,
  taskId: 't',
  state,
  points: 0,
  mismatches: [],
  at: '2026-01-01T00:00:01Z',
});
type Body<E> = E extends SessionEvent ? Omit<E, 'sessionId' | 'number' | 'at'> : never;
const event = (number: number, body: Body<SessionEvent>): SessionEvent =>
  ({ sessionId: 's', number, at: '2026-01-01T00:00:01Z', ...body }) as SessionEvent;
const verdictEvent = (number: number, checkId: string, state: CheckVerdict['state'], reached = 2): SessionEvent =>
  event(number, { type: 'verdict', verdict: verdict(checkId, state), points: { reached, total: 3 } });

describe('applyEvent', () => {
  it('takes the next event and remembers its number', () => {
    const { view: next, result } = applyEvent(view, verdictEvent(5, 'c', 'pass'));
    expect(result).toBe('applied');
    expect(next).toMatchObject({ lastEvent: 5, points: { reached: 2 }, verdicts: [{ checkId: 'c', state: 'pass' }] });
  });

  it('changes nothing for an event seen before, or one of another session', () => {
    expect(applyEvent(view, verdictEvent(4, 'c', 'pass'))).toMatchObject({ view, result: 'duplicate' });
    expect(applyEvent(view, { ...verdictEvent(5, 'c', 'pass'), sessionId: 'x' })).toMatchObject({
      view,
      result: 'duplicate',
    });
  });

  it('reports a gap and changes nothing when an event is missing', () => {
    expect(applyEvent(view, verdictEvent(6, 'c', 'pass'))).toMatchObject({ view, result: 'gap' });
  });

  it('replaces the verdict of the same check and keeps the others', () => {
    let next = applyEvent(view, verdictEvent(5, 'c', 'pass')).view;
    next = applyEvent(next, verdictEvent(6, 'q', 'fail')).view;
    next = applyEvent(next, verdictEvent(7, 'c', 'fail', 0)).view;
    expect(next.verdicts.map(({ checkId, state }) => [checkId, state])).toEqual([
      ['c', 'fail'],
      ['q', 'fail'],
    ]);
  });

  it('asks for the view again when a question is answered right, for its explanation', () => {
    expect(applyEvent(view, verdictEvent(5, 'q', 'pass')).refetch).toBe(true);
    expect(applyEvent(view, verdictEvent(5, 'c', 'pass')).refetch).toBe(false);
  });

  it('moves through states, and drops the step and the reason of the one before', () => {
    const failed = applyEvent(view, event(5, { type: 'state', state: 'failed', reason: both('full') })).view;
    expect(failed).toMatchObject({ state: 'failed', reason: both('full') });
    expect(failed.step).toBeUndefined();
    const again = applyEvent(failed, event(6, { type: 'state', state: 'queued' })).view;
    expect(again.reason).toBeUndefined();
  });

  it('shows hints at their place, answers at their question, and the new end', () => {
    let next = applyEvent(view, event(5, { type: 'hint', taskId: 't', index: 0, text: both('try') })).view;
    next = applyEvent(next, event(6, { type: 'answer', checkId: 'q', options: ['a'] })).view;
    next = applyEvent(next, event(7, { type: 'expiry', expiresAt: '2026-01-01T02:00:00Z', warning: false })).view;
    expect(next.tasks[0]?.hintsShown).toEqual([both('try')]);
    expect(next.tasks[0]?.checks[1]?.question?.answered).toEqual(['a']);
    expect(next.expiresAt).toBe('2026-01-01T02:00:00Z');
  });

  it('forgets all verdicts at a reset', () => {
    const passed = applyEvent(view, verdictEvent(5, 'c', 'pass')).view;
    expect(applyEvent(passed, event(6, { type: 'reset' })).view).toMatchObject({
      verdicts: [],
      points: { reached: 0, total: 3 },
    });
  });

  it('keeps what befell the cluster until the next reset', () => {
    const told = applyEvent(view, event(5, { type: 'notice', notice: both('brought back') })).view;
    expect(told.notice).toEqual(both('brought back'));
    expect(applyEvent(told, event(6, { type: 'reset' })).view.notice).toBeUndefined();
  });
});

describe('newerView', () => {
  it('keeps what events have led to when a fetched view is older', () => {
    const known = { ...view, lastEvent: 9 };
    expect(newerView(known, view)).toBe(known);
    expect(newerView(view, known)).toBe(known);
    expect(newerView(undefined, view)).toBe(view);
  });
});
