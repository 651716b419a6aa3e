import type { CheckVerdict } from '@kubedan/contracts';
import { describe, expect, it } from 'vitest';
import { VerdictWriter } from './verdict-writer.js';

const verdict = (checkId: string): CheckVerdict => ({
  checkId,
  taskId: 't',
  state: 'pass',
  points: 1,
  mismatches: [],
  at: '2026-01-01T00:00:00.000Z',
});

describe('VerdictWriter', () => {
  it('keeps verdicts while the database is away and writes them in order when it is back', async () => {
    const written: string[] = [];
    const sure: boolean[] = [];
    let failures = 2;
    const writer = new VerdictWriter({
      write: async (verdicts, isSure) => {
        sure.push(isSure);
        if (failures-- > 0) throw new Error('gone');
        written.push(...verdicts.map(({ checkId }) => checkId));
        return true;
      },
      isPassing: () => true,
      onError: (error) => expect.unreachable(String(error)),
    });
    for (const id of ['a', 'b', 'c']) writer.push(verdict(id));
    await writer.flush();
    expect(written).toEqual(['a', 'b', 'c']);
    expect(sure).toEqual([true, false, false]);
    writer.push(verdict('d'));
    await writer.flush();
    expect(sure.at(-1)).toBe(true);
  });

  it('writes what one turn of the event loop brings together', async () => {
    const batches: string[][] = [];
    const writer = new VerdictWriter({
      write: async (verdicts) => batches.push(verdicts.map(({ checkId }) => checkId)) > 0,
      isPassing: () => true,
      onError: (error) => expect.unreachable(String(error)),
    });
    setImmediate(() => writer.push(verdict('b')));
    queueMicrotask(() => writer.push(verdict('a')));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await writer.flush();
    expect(batches).toEqual([['a', 'b']]);
  });

  it('stops when the session takes no more', async () => {
    let writes = 0;
    const writer = new VerdictWriter({
      write: async () => {
        writes += 1;
        return false;
      },
      isPassing: () => true,
      onError: (error) => expect.unreachable(String(error)),
    });
    writer.push(verdict('a'));
    await writer.flush();
    writer.push(verdict('b'));
    await writer.flush();
    expect(writes).toBe(1);
  });

  it('reports an error that will not pass, and goes on with the next', async () => {
    const errors: unknown[] = [];
    let isFirst = true;
    const writer = new VerdictWriter({
      write: async () => {
        if (!isFirst) return true;
        isFirst = false;
        throw new Error('broken');
      },
      isPassing: () => false,
      onError: (error) => errors.push(error),
    });
    writer.push(verdict('a'));
    await writer.flush();
    writer.push(verdict('b'));
    await writer.flush();
    expect(errors).toHaveLength(1);
  });
});
