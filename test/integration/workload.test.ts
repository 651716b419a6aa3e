import type { ImageBehaviour } from '@kubedan/contracts';
import { findPrograms } from '@kubedan/binaries';
import { commandNames, imagesOf } from '@kubedan/images';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cacheDir } from '../support/programs.js';

const run = promisify(execFile);
let program: string;
let dir: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  const explicitDir = process.env['KUBEDAN_BIN_DIR'];
  const found = await findPrograms(['workload'], { cacheDir, ...(explicitDir === undefined ? {} : { explicitDir }) });
  program = found.workload;
  dir = await mkdtemp(path.join(tmpdir(), 'kd-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A process that is a container of an image with that behaviour, as far as one can be without a container. */
interface Running {
  child: ChildProcess;
  /** What it wrote so far. */
  output(): string;
  /** Resolves when it has written that text. */
  wrote(text: string): Promise<void>;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

async function imageFile(behaviour: ImageBehaviour): Promise<string> {
  const [image] = imagesOf({ catalogue: { 'registry.example/web:1.4': behaviour }, workload: program });
  const own = (image?.layers[1] ?? []) as { path: string; content: string }[];
  const entry = own.find((one) => one.path.endsWith('.json'));
  const file = path.join(dir, `${started.length}-${Math.round(performance.now())}.json`);
  await writeFile(file, entry?.content ?? '');
  return file;
}

async function start(behaviour: ImageBehaviour, env: Record<string, string> = {}, argv = ['web']): Promise<Running> {
  const [argv0 = '', ...args] = argv;
  const file = await imageFile(behaviour);
  const child = spawn(program, args, { argv0, cwd: dir, env: { KUBEDAN_IMAGE_FILE: file, ...env } });
  started.push(child);
  let text = '';
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const read = (chunk: Buffer) => {
    text += chunk.toString();
    child.emit('wrote');
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return {
    child,
    output: () => text,
    ended,
    async wrote(wanted) {
      while (!text.includes(wanted)) await once(child, 'wrote');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again until somebody listens on the port. */
async function ask(port: number, target: string, init: RequestInit = {}): Promise<{ status: number; body: string }> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${target}`, { ...init, headers: { connection: 'close' } });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      if ((error as { cause?: { code?: string } }).cause?.code !== 'ECONNREFUSED') throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('a container of an image', () => {
  it('says its logs, and answers from startsIn on, naming who answered', async () => {
    const port = await freePort();
    const began = performance.now();
    const web = await start({ serves: port, startsIn: '300ms', logs: ['hello', 'there'], paths: ['/', '/menu'] });
    await web.wrote('hello\nthere\n');
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    const body = `${hostname()} in its namespace answers /menu?x=1 with registry.example/web:1.4\n`;
    expect(await ask(port, '/menu?x=1')).toEqual({ status: 200, body });
    expect(performance.now() - began).toBeGreaterThan(300);
    expect(await ask(port, '/other')).toEqual({ status: 404, body: '404 page not found: /other\n' });
    expect((await ask(port, '/version')).status).toBe(404);
  });

  it('answers 500 once it is unhealthy', async () => {
    const port = await freePort();
    await start({ serves: port, unhealthyAfter: '400ms' });
    expect((await ask(port, '/')).status).toBe(200);
    let answer = await ask(port, '/');
    while (answer.status === 200) answer = await ask(port, '/');
    expect(answer).toEqual({ status: 500, body: `500 ${hostname()} is not well\n` });
  });

  it.each<[string, ImageBehaviour, Record<string, string>, number, string]>([
    ['exits', { exits: { exitCode: 3, after: '50ms', logs: 'done' }, logs: 'began' }, {}, 3, 'began\ndone\n'],
    ['exits well', { exits: { exitCode: 0 } }, {}, 0, ''],
    ['crashes always', { crashes: { exitCode: 2, logs: ['no'] } }, {}, 2, 'no\n'],
    ['crashes without a variable', { crashes: { exitCode: 4, when: { missingEnv: 'KEY' } } }, {}, 4, ''],
    ['takes an empty variable for none', { crashes: { exitCode: 4, when: { missingEnv: 'KEY' } } }, { KEY: '' }, 4, ''],
    ['crashes without a file', { crashes: { exitCode: 5, when: { missingFile: '/no/such' } } }, {}, 5, ''],
    [
      'ends first by what comes first',
      { exits: { exitCode: 0, after: '10s' }, crashes: { exitCode: 6, after: '20ms' } },
      {},
      6,
      '',
    ],
  ])('%s', async (_, behaviour, env, code, output) => {
    const container = await start(behaviour, env);
    expect(await container.ended).toEqual({ code, signal: null });
    expect(container.output()).toBe(output);
  });

  it('does not crash where the variable and the file are there', async () => {
    const when = { missingEnv: 'KEY', missingFile: '/etc/hostname' };
    const container = await start({ crashes: { exitCode: 4, when }, exits: { exitCode: 0 } }, { KEY: 'k' });
    expect(await container.ended).toEqual({ code: 0, signal: null });
  });

  it('takes stopsIn to end after SIGTERM, with 0', async () => {
    const container = await start({ logs: 'up', stopsIn: '300ms' });
    await container.wrote('up');
    const told = performance.now();
    container.child.kill('SIGTERM');
    expect(await container.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - told).toBeGreaterThan(295);
  });

  it('holds the memory that it says', async () => {
    const container = await start({ memory: '96Mi', logs: 'up' });
    const resident = async () => {
      const status = await readFile(`/proc/${container.child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
    };
    await container.wrote('up');
    expect(await resident()).toBeLessThan(48 * 2 ** 20);
    while ((await resident()) < 96 * 2 ** 20) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe('the web application', () => {
  it('switches its readiness, answers late, says its version and its metrics, burns and holds', async () => {
    const port = await freePort();
    const web = await start({ serves: port });
    const post = (target: string) => ask(port, target, { method: 'POST' });
    expect(await ask(port, '/readyz')).toEqual({ status: 200, body: 'ok\n' });
    expect((await post('/readyz?ready=false')).status).toBe(200);
    expect((await ask(port, '/readyz')).status).toBe(503);
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect((await ask(port, '/metrics')).body).toContain('app_ready 0\n');
    await post('/readyz?ready=true');
    expect((await ask(port, '/readyz')).status).toBe(200);
    const began = performance.now();
    await ask(port, '/?delay=250ms');
    expect(performance.now() - began).toBeGreaterThan(249);
    expect(JSON.parse((await ask(port, '/version')).body)).toEqual({
      image: 'registry.example/web:1.4',
      version: '1.4',
    });
    const { body } = await ask(port, '/metrics');
    expect(body).toContain('http_requests_total{method="GET",code="503"} 1\n');
    expect(body).toContain('app_info{image="registry.example/web:1.4",version="1.4"} 1\n');
    for (const line of body.trim().split('\n')) expect(line).toMatch(/^# (HELP|TYPE) |^[a-z_]+(\{.*\})? [\d.e+-]+$/);
    expect((await post('/burn')).status).toBe(400);
    const used = async () => {
      const fields = (await readFile(`/proc/${web.child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    };
    const before = await used();
    await post('/burn?cpu=500m&for=2s');
    // In hundredths of a second: half a CPU gives them sooner or later, an idle program never.
    while ((await used()) < before + 20) await new Promise((resolve) => setTimeout(resolve, 50));
  });
});

describe('the commands of a container', () => {
  const command = async (
    argv: string[],
    options: { behaviour?: ImageBehaviour; env?: Record<string, string> } = {},
  ) => {
    const container = await start(options.behaviour ?? {}, options.env, argv);
    // It may end without reading.
    container.child.stdin?.on('error', () => undefined);
    container.child.stdin?.end('c\na\nb\n');
    const { code } = await container.ended;
    return { code, output: container.output() };
  };

  it('are those that images link to', async () => {
    const { stdout } = await run(program, ['commands']);
    expect(stdout.trim().split('\n')).toEqual([...commandNames].sort());
  });

  it.each<[string, number, string]>([
    ['echo one; echo two >&2', 0, 'one\ntwo\n'],
    ['exit 7', 7, ''],
    ['false || echo no; true && echo yes', 0, 'no\nyes\n'],
    ['for i in 1 2 3; do echo $i; done | tail -n 1', 0, '3\n'],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i', 0, '3\n'],
    ['echo text > file; cat file; rm file; cat file', 1, "text\ncat: can't open 'file': No such file or directory\n"],
    ['mkdir -p a/b && cd a && pwd | grep -c a && touch b/c && ls b && cd .. && rm -r a', 0, '1\nc\n'],
    ['nosuch', 127, 'sh: nosuch: not found\n'],
    ['test -f /etc/hostname && echo there', 0, 'there\n'],
    ['echo "${NAME:-nobody}"; export NAME=x; env | grep ^NAME', 0, 'nobody\nNAME=x\n'],
    ['printf "%s-%d\\n" a 1 | tr a-z A-Z | cut -d- -f1', 0, 'A\n'],
    ['echo a-b-b | sed "s/b/c/g"', 0, 'a-c-c\n'],
    ['set -e; false; echo never', 1, ''],
    ['trap "echo bye" EXIT; echo hi', 0, 'hi\nbye\n'],
    ['trap "echo bye; exit 3" EXIT; exit 1', 3, 'bye\n'],
    ['timeout 0.05 sleep 5', 143, ''],
    ['sort | head -n 2', 0, 'a\nb\n'],
    ['seq 3 | wc -l', 0, '3\n'],
    ['date +%Y | grep -q "^20" && whoami | wc -w', 0, '1\n'],
    ['(exit 4); echo $?', 0, '4\n'],
  ])('sh -c %j', async (script, code, output) => {
    expect(await command(['sh', '-c', script])).toEqual({ code, output });
  });

  it('go on by their own names, as kubectl exec calls them', async () => {
    expect(await command(['env'], { env: { A: '1' } })).toMatchObject({
      code: 0,
      output: expect.stringContaining('A=1\n'),
    });
    expect(await command(['printenv', 'B'])).toEqual({ code: 1, output: '' });
    expect(await command(['/bin/cat', '-'])).toEqual({ code: 0, output: 'c\na\nb\n' });
    expect(await command(['sleep', 'x'])).toEqual({ code: 1, output: "sleep: invalid number 'x'\n" });
  });

  it('fetch over HTTP, and say what is wrong as busybox and curl do', async () => {
    const port = await freePort();
    await start({ serves: port, paths: ['/'] });
    const url = `http://127.0.0.1:${port}`;
    const { body } = await ask(port, '/');
    expect(await command(['wget', '-qO-', '-T', '5', `${url}/`])).toEqual({ code: 0, output: body });
    expect(await command(['wget', '-q', '-O', '-', `${url}/x`])).toEqual({
      code: 1,
      output: 'wget: server returned error: HTTP/1.1 404 Not Found\n',
    });
    expect(await command(['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}\\n', `${url}/x`])).toEqual({
      code: 0,
      output: '404\n',
    });
    expect(await command(['curl', '-sf', `${url}/x`])).toEqual({ code: 22, output: '' });
    expect(await command(['nc', '-zv', '127.0.0.1', String(port)])).toMatchObject({ code: 0 });
    const closed = await freePort();
    expect(await command(['wget', '-qO-', `http://127.0.0.1:${closed}/`])).toEqual({
      code: 1,
      output: "wget: can't connect to remote host (127.0.0.1): Connection refused\n",
    });
    expect((await command(['curl', '-s', `http://127.0.0.1:${closed}/`])).code).toBe(7);
  });

  it('lead to the program of the image where a script calls what is no command', async () => {
    const exits = { exitCode: 9, logs: 'served' };
    expect(await command(['sh', '-c', 'echo first; web --port 80'], { behaviour: { exits } })).toEqual({
      code: 9,
      output: 'first\nserved\n',
    });
  });

  it('are what the arguments of an image without a program mean', async () => {
    expect(await command(['tools', 'echo', 'x'], { behaviour: {} })).toEqual({ code: 0, output: 'x\n' });
  });
});
