import type { SessionView } from '@kubedan/contracts';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import '../../../i18n';
import { ClusterNotice } from './cluster-notice';

const session = (text: string | undefined, state: SessionView['state'] = 'active'): SessionView =>
  ({ state, ...(text === undefined ? {} : { notice: { en: text, zh: text } }) }) as SessionView;
const shown = (): string => screen.getByRole('status').textContent ?? '';

describe('ClusterNotice', () => {
  afterEach(cleanup);

  it('says what befell the cluster until it is put away, and says the next thing again', () => {
    const { rerender } = render(<ClusterNotice session={session(undefined)} />);
    expect(shown()).toBe('');
    rerender(<ClusterNotice session={session('It stopped.')} />);
    expect(shown()).toContain('It stopped.');
    fireEvent.click(screen.getByRole('button'));
    expect(shown()).toBe('');
    rerender(<ClusterNotice session={session('It is back.')} />);
    expect(shown()).toContain('It is back.');
  });

  it('is silent once the session is over, which has a word of its own', () => {
    render(<ClusterNotice session={session('It stopped.', 'failed')} />);
    expect(shown()).toBe('');
  });
});
