import type { AuditEntry, AuditFollower } from '@kubedan/kube';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from './audit-log.js';

const handOver = Date.parse('2026-01-01T00:00:00Z');

interface Line {
  name?: string;
  user?: string;
  at?: string;
  stage?: string;
  id?: string;
  verb?: string;
  uri?: string;
  subresource?: string;
  body?: object;
  bare?: boolean;
}
let count = 0;
const line = (of: Line): string =>
  `${JSON.stringify({
    kind: 'Event',
    auditID: of.id ?? `id-${++count}`,
    stage: of.stage ?? 'ResponseComplete',
    requestURI: of.uri ?? '/api/v1/pods',
    verb: of.verb ?? 'delete',
    user: { username: of.user ?? 'kubedan:learner', groups: ['kubedan:learners'] },
    userAgent: 'kubectl/v1.35.4',
    ...(of.bare
      ? {}
      : { objectRef: { resource: 'pods', namespace: 'shop', name: of.name, subresource: of.subresource } }),
    responseStatus: { code: 200 },
    ...(of.body ? { requestObject: of.body } : {}),
    requestReceivedTimestamp: of.at ?? '2026-01-01T00:00:05.123456Z',
  })}\n`;

describe('AuditLog', () => {
  let dir: string;
  let file: string;
  const followers: AuditFollower[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'kd-audit-'));
    file = path.join(dir, 'audit.log');
  });
  afterEach(async () => {
    for (const follower of followers.splice(0)) await follower.stop();
    await rm(dir, { recursive: true, force: true });
  });

  function follow() {
    const told: AuditEntry[] = [];
    const sizes: number[] = [];
    const errors: Error[] = [];
    let heard = (): void => undefined;
    const synced = Promise.withResolvers<void>();
    const follower = new AuditLog(file).follow({
      since: handOver,
      onEntries: (entries) => {
        sizes.push(entries.length);
        told.push(...entries);
        heard();
      },
      onSynced: synced.resolve,
      onError: (error) => errors.push(error),
    });
    followers.push(follower);
    const names = () => told.map(({ name }) => name);
    const until = async (wanted: number): Promise<string[]> => {
      while (told.length < wanted) await new Promise<void>((resolve) => (heard = resolve));
      return names();
    };
    return { told, sizes, names, until, follower, synced: synced.promise, errors };
  }
  const rotate = (time: string) => rename(file, path.join(dir, `audit-${time}.log`));

  it('tells what a learner asked since the hand-over, and nothing of others', async () => {
    await writeFile(
      file,
      [
        line({ name: 'before', at: '2025-12-31T23:59:59.999999Z' }),
        line({ name: 'grader', user: 'kubedan:grader' }),
        line({ name: 'of a name', user: 'eve', body: { user: { username: 'kubedan:learner' } } }),
        line({ name: 'system', user: 'system:serviceaccount:kube-system:daemon' }),
        line({ name: 'robot', user: 'system:serviceaccount:shop:robot' }),
        line({ name: 'discovery', bare: true }),
        'no JSON at all "username":"kubedan:learner"\n',
        line({ name: 'mine', subresource: 'exec' }),
      ].join(''),
    );
    const { told, synced } = follow();
    await synced;
    expect(told).toMatchObject([
      { name: 'robot', by: 'serviceAccount', user: 'system:serviceaccount:shop:robot' },
      {
        by: 'learner',
        verb: 'delete',
        group: '',
        resource: 'pods',
        subresource: 'exec',
        namespace: 'shop',
        name: 'mine',
        code: 200,
        at: '2026-01-01T00:00:05.123456Z',
        userAgent: 'kubectl/v1.35.4',
      },
    ]);
  });

  it('leaves out what was only tried, however it says so', async () => {
    await writeFile(
      file,
      [
        line({ name: 'query', verb: 'patch', uri: '/apis/apps/v1/x?dryRun=All&fieldManager=k' }),
        line({ name: 'options', body: { kind: 'DeleteOptions', dryRun: ['All'] } }),
        line({
          name: 'eviction',
          verb: 'create',
          subresource: 'eviction',
          body: { deleteOptions: { dryRun: ['All'] } },
        }),
        // A field that an object of the learner's own has says nothing of the request.
        line({ name: 'own field', verb: 'create', body: { kind: 'Widget', dryRun: ['All'] } }),
      ].join(''),
    );
    const { names, synced } = follow();
    await synced;
    expect(names()).toEqual(['own field']);
  });

  it('tells a request that goes on when it begins, and once', async () => {
    const { names, until, follower } = follow();
    await writeFile(file, line({ name: 'exec', id: 'a', stage: 'ResponseStarted' }));
    expect(await until(1)).toEqual(['exec']);
    await appendFile(file, line({ name: 'exec', id: 'a' }) + line({ name: 'get', id: 'b' }));
    await follower.sync();
    expect(names()).toEqual(['exec', 'get']);
  });

  it('waits for the rest of a line, also where a character is cut', async () => {
    const text = Buffer.from(line({ name: 'Käse-店' }));
    const cut = text.indexOf(Buffer.from('店')) + 1;
    await writeFile(file, text.subarray(0, cut));
    const { names, follower, until, synced } = follow();
    await synced;
    expect(names()).toEqual([]);
    await appendFile(file, text.subarray(cut));
    expect(await until(1)).toEqual(['Käse-店']);
    await follower.sync();
    expect(names()).toHaveLength(1);
  });

  it('goes on over several rotations at once, in order, without loss', async () => {
    await writeFile(file, line({ name: '1' }));
    const { until, follower, names } = follow();
    await until(1);
    await appendFile(file, line({ name: '2' }));
    await rotate('2026-01-01T00-00-10.000');
    await writeFile(file, line({ name: '3' }));
    await rotate('2026-01-01T00-00-20.000');
    await writeFile(file, line({ name: '4' }));
    expect(await until(4)).toEqual(['1', '2', '3', '4']);
    await appendFile(file, line({ name: '5' }));
    await follower.sync();
    expect(names()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('reads what was rotated before it began, and goes on when the oldest is removed', async () => {
    await writeFile(path.join(dir, 'audit-2026-01-01T00-00-10.000.log'), line({ name: '1' }));
    await writeFile(path.join(dir, 'audit-2026-01-01T00-00-20.000.log'), line({ name: '2' }));
    await writeFile(path.join(dir, 'audit-policy.json'), '{}');
    await writeFile(file, line({ name: '3' }));
    const { names, until, synced, follower } = follow();
    await synced;
    expect(names()).toEqual(['1', '2', '3']);
    // All at once: what it is reading goes on to be written, is renamed, and removed as too old.
    await appendFile(file, line({ name: '4' }));
    await rotate('2026-01-01T00-00-30.000');
    for (const time of ['10', '20', '30']) await rm(path.join(dir, `audit-2026-01-01T00-00-${time}.000.log`));
    await writeFile(file, line({ name: '5' }));
    expect(await until(5)).toEqual(['1', '2', '3', '4', '5']);
    await follower.sync();
    expect(names()).toHaveLength(5);
  });

  it('tells no more than two hundred at a time, and skips a line without end', async () => {
    const { sizes, names, follower } = follow();
    const endless = Buffer.alloc(9 * 1_048_576, 'x');
    const many = Array.from({ length: 700 }, (_, index) => line({ name: `${index}` })).join('');
    await writeFile(file, many);
    await appendFile(file, endless);
    await appendFile(file, `"username":"kubedan:learner"\n${line({ name: 'last' })}`);
    await follower.sync();
    expect(names()).toHaveLength(701);
    expect(names().at(-1)).toBe('last');
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
  });

  it('takes a log that is not there yet for empty, and says when it cannot be read', async () => {
    const { synced, until } = follow();
    await synced;
    await writeFile(file, line({ name: 'first' }));
    expect(await until(1)).toEqual(['first']);
    const lost = new AuditLog(path.join(dir, 'nowhere', 'audit.log'));
    const told = Promise.withResolvers<Error>();
    const follower = lost.follow({
      since: 0,
      onEntries: () => undefined,
      onSynced: () => undefined,
      onError: told.resolve,
    });
    followers.push(follower);
    expect(await told.promise).toMatchObject({ code: 'ENOENT' });
    await expect(follower.sync()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
