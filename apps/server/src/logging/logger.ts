import { Writable } from 'node:stream';
import { type LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.js';

export const LOGGER = Symbol('logger');

const words: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const own = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err']);

/** One line for people: time, level when it is not info, the sentence, then the fields. */
function textLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown> & {
    level: number;
    time: number;
    msg?: string;
    err?: { message?: string; stack?: string };
  };
  const level = entry.level === 30 ? '' : `${(words[entry.level] ?? '').toUpperCase()} `;
  const fields = Object.entries(entry)
    .filter(([name]) => !own.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const error =
    entry.err === undefined
      ? ''
      : `\n  ${entry.level >= 50 ? (entry.err.stack ?? '').replaceAll('\n', '\n  ') : entry.err.message}`;
  return `${new Date(entry.time).toISOString().slice(11, 19)}  ${level}${entry.msg ?? ''}${fields}${error}\n`;
}

/** @returns the process's logger; secrets that find their way into a field are blotted out */
export function createLogger(config: Config['process']): Logger {
  const options = {
    level: config.KUBEDAN_LOG_LEVEL,
    redact: {
      paths: ['token', 'cookie', 'authorization', '*.token', '*.cookie', '*.authorization', '*.key', '*.password'],
      censor: '•••',
    },
  };
  if (config.KUBEDAN_LOG_FORMAT === 'json') return pino(options);
  const lines = new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stdout.write(textLine(chunk.toString('utf8')));
      done();
    },
  });
  return pino(options, lines);
}

const text = (message: unknown) => (message instanceof Error ? (message.stack ?? message.message) : String(message));

/** Nest's own messages: what went wrong, and the rest for those who debug. */
export function nestLogger(log: Logger): LoggerService {
  return {
    log: (message: unknown) => log.debug(text(message)),
    debug: (message: unknown) => log.debug(text(message)),
    warn: (message: unknown) => log.warn(text(message)),
    error: (message: unknown) => log.error(text(message)),
    fatal: (message: unknown) => log.fatal(text(message)),
  };
}
