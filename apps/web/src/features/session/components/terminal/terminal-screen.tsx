import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import { useTheme } from '../../../../lib/theme';
import { attachTerminal, type AttachOptions } from './attach-terminal';
import { terminalThemes } from './terminal-theme';
import styles from './terminal-panel.module.css';

export interface TerminalScreenProps extends AttachOptions {
  isVisible: boolean;
  screenReaderMode: boolean;
  label: string;
  /** The keys to get out of the terminal were pressed. */
  onLeave: () => void;
}

const mono = "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** One xterm, fitted to its place, that lives as long as it is mounted. */
export function TerminalScreen(props: TerminalScreenProps) {
  const { isVisible, screenReaderMode, label } = props;
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<{ terminal: Terminal; fit: () => void } | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const theme = useTheme();

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const terminal = new Terminal({
      fontFamily: mono,
      fontSize: 13.5,
      lineHeight: 1.15,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      scrollback: 5000,
      theme: terminalThemes[document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'],
      minimumContrastRatio: 4.5,
    });
    const fitAddon = new FitAddon();
    terminal.loadAddon(fitAddon);
    terminal.loadAddon(new WebLinksAddon());
    terminal.open(element);
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey) return true;
      if (event.key === 'F6') {
        event.preventDefault();
        latest.current.onLeave();
        return false;
      }
      if (event.code === 'KeyC' && terminal.hasSelection()) {
        event.preventDefault();
        void navigator.clipboard?.writeText(terminal.getSelection());
        return false;
      }
      return true;
    });
    // A hidden place has no size: its terminal keeps the one it had.
    const fit = (): void => {
      if (element.offsetWidth > 0 && element.offsetHeight > 0) fitAddon.fit();
    };
    fit();
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    screen.current = { terminal, fit };
    let attachment: ReturnType<typeof attachTerminal> | undefined;
    // Not at once: a mount that is undone in the same moment must not open a shell.
    const soon = setTimeout(() => {
      attachment = attachTerminal(terminal, {
        sessionId: latest.current.sessionId,
        terminalId: latest.current.terminalId,
        onOpened: (id) => latest.current.onOpened(id),
        onExit: (end) => latest.current.onExit(end),
        onProblem: (problem) => latest.current.onProblem(problem),
      });
    });
    return () => {
      clearTimeout(soon);
      attachment?.detach();
      observer.disconnect();
      terminal.dispose();
      screen.current = undefined;
    };
  }, []);

  useEffect(() => {
    if (screen.current) screen.current.terminal.options.theme = terminalThemes[theme];
  }, [theme]);
  useEffect(() => {
    if (screen.current) screen.current.terminal.options.screenReaderMode = screenReaderMode;
  }, [screenReaderMode]);
  useEffect(() => {
    screen.current?.terminal.textarea?.setAttribute('aria-label', label);
  }, [label]);
  useEffect(() => {
    if (!isVisible) return;
    screen.current?.fit();
    screen.current?.terminal.focus();
  }, [isVisible]);

  return (
    <div
      ref={place}
      className={styles.screen}
      hidden={!isVisible}
      style={{ background: terminalThemes[theme].background }}
    />
  );
}
