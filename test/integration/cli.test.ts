import { tiers } from '@kubedan/contracts';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, ServerProcess } from '../support/index.js';
import { kubedan, LabFolder, tinyLab } from './cli-fixture.js';
import { labsToCheck } from './labs-to-check.js';

const yaml = tinyLab['lab.yaml'];

describe('kubedan lab check', () => {
  it('says nothing bad of the labs that come with Kubedan', async () => {
    const { labs } = JSON.parse((await kubedan(['lab', 'list', '--json'])).stdout) as { labs: { dir: string }[] };
    const { status, stdout } = await kubedan(['lab', 'check', ...labs.map(({ dir }) => dir)]);
    expect(stdout.trim().split('\n')).toEqual(labs.map(({ dir }) => `✓ ${dir}`));
    expect(status).toBe(0);
  });

  it('says of each broken lab where the mistake is and what is allowed', async () => {
    await using folder = await LabFolder.make();
    const dirs = await Promise.all(labsToCheck.map(({ name, changes }) => folder.lab(name, changes)));
    const { status, stdout, stderr } = await kubedan(['lab', 'check', ...dirs]);
    expect(status).toBe(1);
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    labsToCheck.forEach(({ name, said }, index) => {
      const dir = dirs[index] ?? '';
      const wanted = said === undefined ? `✓ ${dir}` : path.join(dir, said);
      expect(
        lines.some((line) => line.startsWith(wanted)),
        `${name}: ${wanted}\n${stdout}`,
      ).toBe(true);
    });
  });

  it('says the same as JSON', async () => {
    await using folder = await LabFolder.make();
    const dir = await folder.lab('tier', { 'lab.yaml': yaml.replace('tier: bronze', 'tier: wood') });
    const { status, stdout } = await kubedan(['lab', 'check', '--json', dir, '/nowhere/at/all']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { dir, issues: [{ file: 'lab.yaml', line: 5, column: 9, allowed: ['bronze', 'silver', 'gold', 'diamond'] }] },
      { dir: '/nowhere/at/all', issues: [{ message: 'there is no such folder' }] },
    ]);
  });
});

describe('kubedan lab new', () => {
  it('writes a lab that lab check finds nothing wrong with, and says what and what next', async () => {
    await using folder = await LabFolder.make();
    const made = await kubedan(['lab', 'new', 'gold/flash-sale', '--title-zh', '秒杀', '--dir', folder.dir]);
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const dir = path.join(folder.dir, 'gold/flash-sale');
    for (const file of ['lab.yaml', 'text.zh.md', 'given/shop.yaml', 'wrong/close.sh'])
      expect(made.stdout).toContain(`  + ${path.join(dir, file)}\n`);
    expect(made.stdout).toContain(`  kubedan lab check ${dir}\n  kubedan lab prove ${dir} --seeds 1\n`);
    expect(await kubedan(['lab', 'check', dir])).toMatchObject({ status: 0, stdout: `✓ ${dir}\n` });
    const { stdout } = await kubedan(['lab', 'list'], { KUBEDAN_LABS_DIR: folder.dir });
    expect(stdout).toMatch(/^gold {2}flash-sale {2}Flash sale {2}秒杀/);
  });

  it('asks nobody when no person is there', async () => {
    await using folder = await LabFolder.make();
    const unsaid = await kubedan(['lab', 'new', '--dir', folder.dir]);
    expect(unsaid).toMatchObject({ status: 2, stderr: expect.stringContaining('kubedan lab new <tier>/<name>') });
    const taken = await folder.lab('tiny');
    const twice = await kubedan(['lab', 'new', 'bronze/tiny', '--dir', folder.dir]);
    expect(twice).toMatchObject({ status: 1, stderr: expect.stringContaining(taken) });
    expect(await kubedan(['lab', 'check', taken])).toMatchObject({ status: 0 });
  });
});

describe('kubedan lab list', () => {
  it('lists every lab that has a folder, by tier', async () => {
    const { status, stdout } = await kubedan(['lab', 'list']);
    expect(status).toBe(0);
    const folders = await Promise.all(
      tiers.map(async (tier) => {
        const names = await readdir(path.join(root, 'labs', tier));
        return names.toSorted((a, b) => a.localeCompare(b)).map((name) => `${tier} ${name}`);
      }),
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/).slice(0, 2).join(' ')),
    ).toEqual(folders.flat());
  });

  it('shows the good labs and names the broken one', async () => {
    await using folder = await LabFolder.make();
    await folder.lab('good');
    const broken = await folder.lab('broken', { 'text.en.md': '' });
    const { status, stdout } = await kubedan(['lab', 'list'], { KUBEDAN_LABS_DIR: folder.dir });
    expect(status).toBe(1);
    expect(stdout).toContain('good');
    expect(stdout).toContain(`kubedan lab check ${broken}`);
  });
});

describe('a mistake at the command line', () => {
  const mistakes: [string, string[], Record<string, string>, number, RegExp][] = [
    ['a command that is none', ['strat'], {}, 1, /unknown command 'strat'/],
    ['no lab to prove', ['lab', 'prove'], {}, 2, /Name a lab or its folder, or say --all/],
    [
      'a lab that is not there',
      ['lab', 'prove', 'no-such-lab'],
      {},
      1,
      /There is no lab no-such-lab\. There are: .*first-pod/,
    ],
    [
      'a number of seeds that is none',
      ['lab', 'prove', 'first-pod', '--seeds', 'many'],
      {},
      1,
      /a whole number from 1 to 999/,
    ],
    [
      'a report of no kind',
      ['lab', 'prove', 'first-pod', '--report', 'report.pdf'],
      {},
      2,
      /A report is an \.html or an \.md file, and report\.pdf is neither/,
    ],
    [
      'a report into nowhere',
      ['lab', 'prove', 'first-pod', '--report', '/no/such/folder/report.md'],
      {},
      1,
      /The report cannot be written to \/no\/such\/folder/,
    ],
    [
      'a share that is none',
      ['lab', 'prove', 'first-pod', '--min-mutation', '120'],
      {},
      1,
      /a whole number from 0 to 100/,
    ],
    [
      'a share of mistakes that are not made',
      ['lab', 'prove', 'first-pod', '--min-mutation', '85', '--no-mutate'],
      {},
      2,
      /--min-mutation asks for what --no-mutate leaves out/,
    ],
    [
      'an unknown provider',
      ['lab', 'prove', 'first-pod', '--provider', 'moon'],
      {},
      1,
      /Allowed choices are kind, embedded/,
    ],
    [
      'no server there',
      ['session', 'list', '--server', 'http://127.0.0.1:9'],
      {},
      1,
      /Nothing answers at http:\/\/127\.0\.0\.1:9/,
    ],
    ['a server that is no URL', ['session', 'list', '--server', 'here'], {}, 1, /here is no URL; write it as/],
    [
      'a variable that is wrong',
      ['doctor'],
      { KUBEDAN_PORT: 'banana' },
      1,
      /KUBEDAN_PORT.*a whole number from 0 to 65535/s,
    ],
    ['a preview of nothing', ['lab', 'preview', 'no-such-lab'], {}, 1, /no-such-lab is no folder/],
    [
      'a seed that is none',
      ['lab', 'preview', 'labs/bronze/first-pod', '--seed', 'a b'],
      {},
      1,
      /1 to 64 letters, digits and dashes/,
    ],
    ['a port that is wrong', ['start', '--port', '99999'], {}, 1, /KUBEDAN_PORT.*a whole number from 0 to 65535/s],
  ];
  it.each(mistakes)('is told in a sentence, without a stack: %s', async (_, args, env, expected, said) => {
    const { status, stderr } = await kubedan(args, env);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(expected);
  });

  it('is told when a program is broken, with its name and place', async () => {
    await using folder = await LabFolder.make();
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'helm']) {
      await writeFile(path.join(folder.dir, name), 'not a program', { mode: 0o755 });
    }
    const { status, stderr } = await kubedan(['programs'], { KUBEDAN_BIN_DIR: folder.dir });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^kubedan: \S+ at \S+ does not work/);
    expect(stderr).toContain(folder.dir);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('kubedan programs', () => {
  it('says where each is, and of kind when that is asked for', async () => {
    await using folder = await LabFolder.make();
    for (const name of [
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kubectl',
      'helm',
      'kind',
    ]) {
      await writeFile(path.join(folder.dir, name), '#!/bin/sh\necho v1.0.0\n', { mode: 0o755 });
    }
    const env = { KUBEDAN_BIN_DIR: folder.dir };
    const [core, all] = await Promise.all([
      kubedan(['programs', '--json'], env),
      kubedan(['programs', '--kind', '--json'], env),
    ]);
    const { kind, ...rest } = JSON.parse(all.stdout) as Record<string, string>;
    expect(kind).toBe(path.join(folder.dir, 'kind'));
    expect(JSON.parse(core.stdout)).toEqual(rest);
  });
});

describe('kubedan --help', () => {
  it.each([
    ['kubedan', [], ['start', 'doctor', 'programs', 'lab', 'session', 'bench']],
    ['kubedan lab', ['lab'], ['list', 'new', 'preview', 'check', 'schema', 'prove']],
    [
      'kubedan session',
      ['session'],
      [
        'create',
        'list',
        'show',
        'watch',
        'submit',
        'reset',
        'suspend',
        'resume',
        'extend',
        'hint',
        'answer',
        'kubeconfig',
        'delete',
      ],
    ],
  ])('%s lists what there is', async (_, args, commands) => {
    const { status, stdout } = await kubedan([...args, '--help']);
    expect(status).toBe(0);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });
});

describe('kubedan doctor', () => {
  it('says what is here and what to do about what is not', async () => {
    await using folder = await LabFolder.make();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    const data = path.join(folder.dir, 'data');
    await mkdir(data);
    try {
      const env = { KUBEDAN_PORT: port, KUBEDAN_DATA_DIR: data };
      const { status, stdout } = await kubedan(['doctor', '--json'], env);
      const { works, findings } = JSON.parse(stdout) as {
        works: boolean;
        findings: { what: string; state: string; found: string; remedy?: string }[];
      };
      expect(status).toBe(1);
      expect(works).toBe(false);
      const taken = findings.find(({ what }) => what === 'port');
      expect(taken).toMatchObject({ state: 'missing', found: `127.0.0.1:${port}: EADDRINUSE` });
      const helpless = findings.filter(({ state, remedy }) => state !== 'good' && !remedy);
      expect(helpless).toEqual([]);
      expect(findings.map(({ what }) => what)).toEqual(
        expect.arrayContaining(['Node', 'programs', 'disk', 'terminals', 'Docker']),
      );
      expect((await kubedan(['doctor'], env)).stdout).toMatch(/✗ {2}port/);
    } finally {
      server.close();
    }
  });
});

describe('kubedan session', () => {
  it('is the same person at each call, by a token that only they can read', async () => {
    await using folder = await LabFolder.make();
    await using server = await ServerProcess.start();
    const env = { XDG_CONFIG_HOME: folder.dir };
    const at = ['--server', server.url];
    const created = await kubedan(['session', 'create', 'first-pod', '--seed', 'a', '--json', ...at], env);
    expect(created.stderr).toBe('');
    const { id, seed } = JSON.parse(created.stdout) as { id: string; seed: string };
    expect(seed).toBe('a');
    const token = path.join(folder.dir, 'kubedan', `token-${new URL(server.url).host.replace(':', '_')}`);
    expect((await stat(token)).mode & 0o777).toBe(0o600);

    expect((await kubedan(['session', 'list', ...at], env)).stdout).toContain(id);
    expect((await kubedan(['session', 'show', id, ...at], env)).stdout).toContain('first-pod');
    const stranger = await kubedan(['session', 'show', id, ...at], { XDG_CONFIG_HOME: path.join(folder.dir, 'other') });
    expect(stranger.status).toBe(1);
    expect(stranger.stderr).toContain('(session-not-found)');

    expect((await kubedan(['session', 'delete', id, ...at], env)).status).toBe(0);
    const watched = await kubedan(['session', 'watch', id, '--json', ...at], env);
    const events = watched.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { number: number; outcome?: string });
    expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'finished', outcome: 'abandoned' });
  });
});

describe('docs/lab-format.md', () => {
  it('shows the lab that it teaches by as it is', async () => {
    const doc = await readFile(path.join(root, 'docs/lab-format.md'), 'utf8');
    const file = 'labs/silver/first-rollback/lab.yaml';
    const shown = [...doc.matchAll(/^```yaml (\S+)\n([\s\S]*?)\n```$/gm)].filter((match) => match[1] === file);
    expect(`${shown.map((match) => match[2]).join('\n')}\n`).toBe(await readFile(path.join(root, file), 'utf8'));
  });
});
