import { describe, expect, it } from 'vitest';
import { normalPath, readFileView } from './files.js';
import { parseFile } from './workspace-file.js';

const parse = (text: string, format: 'text' | 'yaml' | 'json' | 'dockerfile') =>
  parseFile('f', Buffer.from(text), format);

describe('parseFile', () => {
  it('splits a text into lines', () => {
    expect(parse('a\r\nb', 'text')).toEqual({ path: 'f', text: 'a\r\nb', lines: ['a', 'b'] });
  });
  it('reads JSON, and YAML of several documents', () => {
    expect(parse('{"a": 1}', 'json').data).toEqual({ a: 1 });
    expect(parse('a: 1\n---\nb: 2\n', 'yaml')).toMatchObject({ data: { a: 1 }, documents: [{ a: 1 }, { b: 2 }] });
    expect(parse('', 'yaml')).toMatchObject({ data: null, documents: [] });
  });
  it('takes a Dockerfile apart', () => {
    const { instructions, stages } = parse(
      'FROM node:24 AS build\nRUN npm ci && \\\n  npm run build\nfrom scratch\nCOPY --from=build --chown=1 /app /app\nCMD ["node", "a"]\n',
      'dockerfile',
    );
    expect(instructions?.map(({ name, line }) => [name, line])).toEqual([
      ['FROM', 1],
      ['RUN', 2],
      ['FROM', 4],
      ['COPY', 5],
      ['CMD', 6],
    ]);
    expect(stages).toMatchObject([
      { name: 'build', image: 'node:24', instructions: [{ name: 'RUN' }] },
      {
        name: '',
        image: 'scratch',
        instructions: [{ flags: { from: 'build', chown: '1' }, args: ['/app', '/app'] }, {}],
      },
    ]);
  });
  it('keeps all values of a repeated flag, and drops comments within an instruction', () => {
    const { instructions } = parse(
      'FROM a\nRUN --mount=type=secret,id=s --mount=type=cache,target=/c \\\n  # why\n\n  make \\\n# not yet\n  all\n',
      'dockerfile',
    );
    expect(instructions?.[1]).toMatchObject({
      text: 'make all',
      flags: { mount: 'type=secret,id=s type=cache,target=/c' },
    });
  });
  it.each([
    ['{', 'json'],
    ['a: [', 'yaml'],
    ['a: &a [*a]\nb: &b [*a,*a]\n'.repeat(1), 'yaml'],
    [`a: &a [x]\n${Array.from({ length: 60 }, (_, i) => `k${i}: [*a, *a, *a]`).join('\n')}`, 'yaml'],
  ] as const)('says why %s is no %s', (text, format) => {
    expect(() => parse(text, format)).toThrow(expect.objectContaining({ name: 'FileUnreadableError' }));
  });
  it('refuses a file that is too large', () => {
    expect(() => parse('x'.repeat(1024 * 1024 + 1), 'text')).toThrow(/more than 1048576 bytes/);
  });
  it('never fails otherwise, whatever the bytes', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 200; round++) {
      const bytes = Uint8Array.from({ length: random() * 80 }, () =>
        random() < 0.5 ? random() * 256 : ' \n{}[]:-&*"FROM'.charCodeAt(random() * 15),
      );
      for (const format of ['text', 'yaml', 'json', 'dockerfile'] as const) {
        let failed: unknown;
        try {
          parseFile('f', bytes, format);
        } catch (error) {
          failed = error;
        }
        expect([undefined, 'FileUnreadableError']).toContain((failed as Error | undefined)?.name);
      }
    }
  });
});

describe('readFileView', () => {
  it('tells an absent file, one that cannot be parsed, and a reader that fails apart', async () => {
    expect(await readFileView({ read: async () => undefined }, 'f', 'json')).toEqual({ seen: null });
    expect(await readFileView(undefined, 'f', 'json')).toEqual({ seen: null });
    expect(await readFileView({ read: async () => Buffer.from('{') }, 'f', 'json')).toHaveProperty('unreadable');
    expect(await readFileView({ read: () => Promise.reject(new Error('EIO')) }, 'f', 'json')).toMatchObject({
      failed: { message: 'EIO' },
    });
  });
  it('takes two spellings of one path for the same', () => {
    expect(normalPath('./app//Dockerfile')).toBe('app/Dockerfile');
  });
});
