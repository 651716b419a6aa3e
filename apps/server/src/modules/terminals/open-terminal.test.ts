import { terminalHighWater } from '@kubedan/contracts';
import type { Terminal } from '@kubedan/shell';
import { describe, expect, it } from 'vitest';
import { OpenTerminal } from './open-terminal.js';

class Program {
  state = 'running';
  emit: (text: string) => void = () => undefined;
  readonly terminal = {
    onData: (listener: (text: string) => void) => {
      this.emit = listener;
      return () => undefined;
    },
    onExit: () => () => undefined,
    pause: () => (this.state = 'paused'),
    resume: () => (this.state = 'running'),
    backlog: () => 'what was',
  } as unknown as Terminal;
}
const viewer = { data: () => undefined, exit: () => undefined };

describe('OpenTerminal', () => {
  it('holds the program when a page draws too slowly, and lets it go on when the page has caught up', () => {
    const program = new Program();
    const open = new OpenTerminal('s', program.terminal, () => undefined);
    const page = {};
    expect(open.attach(page, viewer)).toBe('what was');
    program.emit('x'.repeat(terminalHighWater));
    expect(program.state).toBe('running');
    program.emit('x');
    expect(program.state).toBe('paused');
    open.acknowledge(page, 1000);
    expect(program.state).toBe('paused');
    open.acknowledge(page, terminalHighWater - 1000);
    expect(program.state).toBe('running');
  });

  it('does not stay held when the slow page goes away', () => {
    const program = new Program();
    const open = new OpenTerminal('s', program.terminal, () => undefined);
    const page = {};
    open.attach(page, viewer);
    program.emit('x'.repeat(terminalHighWater + 1));
    expect(program.state).toBe('paused');
    open.detach(page);
    expect(program.state).toBe('running');
  });
});
