import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NotFoundError } from './problem.error.js';
import { isDatabaseGone, problemOf } from './problem.mapping.js';

const withCode = (code: string, extra: object = {}) => Object.assign(new Error('x'), { code, ...extra });

describe('problemOf', () => {
  it('keeps code and sentence of our own errors', () => {
    expect(problemOf(new NotFoundError('No such thing. Look elsewhere.'))).toMatchObject({
      status: 404,
      code: 'not-found',
      detail: 'No such thing. Look elsewhere.',
    });
  });

  it('says which field of a request is wrong', () => {
    const { error } = z.object({ a: z.object({ b: z.number() }) }).safeParse({ a: { b: 'x' } });
    expect(problemOf(error)).toMatchObject({ status: 400, code: 'invalid-request', issues: [{ path: 'a.b' }] });
  });

  it('tells a full disk from other errors, on our side and in PostgreSQL', () => {
    expect(problemOf(withCode('ENOSPC')).code).toBe('disk-full');
    expect(problemOf(withCode('53100')).code).toBe('disk-full');
  });

  it('knows a database that is gone by its many faces', () => {
    for (const error of [
      withCode('57P01'),
      withCode('08006'),
      withCode('ECONNREFUSED', { syscall: 'connect' }),
      new Error('Connection terminated unexpectedly'),
    ]) {
      expect(isDatabaseGone(error)).toBe(true);
      expect(problemOf(error)).toMatchObject({ status: 503, code: 'database-unavailable' });
    }
    expect(isDatabaseGone(withCode('23505'))).toBe(false);
  });

  it('does not tell the world about an error that nobody foresaw', () => {
    expect(JSON.stringify(problemOf(new Error('password=hunter2')))).not.toContain('hunter2');
  });
});
