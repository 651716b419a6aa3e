import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, statfsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from '@kubedan/binaries';
import { SandboxHost, TooManyTerminalsError, sandboxApiPort, type SandboxLimits } from '@kubedan/shell';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { TerminalSession } from '../support/terminal-session.js';

const availability = await SandboxHost.probe();
const MiB = 1024 * 1024;
const api = `http://127.0.0.1:${sandboxApiPort}`;

describe.skipIf(!availability.available)('a sandboxed terminal', () => {
  let dir: string;
  let server: Server;
  let tools: { kubectl: string; helm?: string };
  let host: SandboxHost;
  let counter = 0;
  const sessions: TerminalSession[] = [];

  beforeAll(async () => {
    process.env['KUBEDAN_TEST_SECRET'] = 'the-server-knows-this';
    dir = await mkdtemp(join(tmpdir(), 'kd-shell-'));
    const cacheDir =
      process.env['KUBEDAN_CACHE_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubedan');
    const explicitDir = process.env['KUBEDAN_BIN_DIR'];
    tools = await findPrograms(['kubectl'], { cacheDir, ...(explicitDir && { explicitDir }) });
    server = createHttpServer((request, response) => response.end(`answered ${request.url}\n`));
    server.listen(join(dir, 'api.sock'));
    await once(server, 'listening');
    host = new SandboxHost({ dir: join(dir, 'host'), tools });
  });

  afterEach(async () => {
    await Promise.all(sessions.splice(0).map(({ terminal }) => terminal.kill()));
  });

  afterAll(async () => {
    await host.close();
    server.close();
    await rm(dir, { recursive: true, force: true });
  });

  const request = (workspace = join(dir, `workspace-${++counter}`)) => ({
    workspace,
    apiSocketPath: join(dir, 'api.sock'),
    kubeconfig: kubeconfigWith('first'),
  });

  async function open(
    options: { workspace?: string; limits?: Partial<SandboxLimits>; on?: SandboxHost; record?: { path: string } } = {},
  ): Promise<TerminalSession> {
    const { workspace, on = host, ...rest } = options;
    const terminal = await on.openTerminal({ ...request(workspace), cols: 100, rows: 30, ...rest });
    const session = new TerminalSession(terminal);
    sessions.push(session);
    return session;
  }

  describe('is a place to work in', () => {
    it('shows a learner at home, with the tools and the way to the cluster', async () => {
      const session = await open();
      expect(await session.run('id -un; pwd; hostname')).toMatch(/learner\n\/home\/learner\nkubedan/);
      expect(await session.run('kubectl version --client')).toContain('Client Version: v1.');
      expect(await session.run('kubectl config current-context')).toContain('first');
      expect(await session.run(`curl -s ${api}/healthz`)).toContain('answered /healthz');
      expect(await session.run('echo 段位 | rev')).toContain('位段');
    });

    it('completes kubectl and its short name k', async () => {
      const session = await open();
      await session.run('true');
      session.terminal.write('k versi\t');
      await session.until(/k version /);
      session.terminal.write('--client --outp\t');
      await expect(session.until(/--output/)).resolves.toBeTruthy();
    });

    it('completes without the package bash-completion too', async () => {
      const session = await open();
      const loaded = await session.run(
        'unset -f _get_comp_words_by_ref __ltrim_colon_completions _init_completion; . /run/kubedan/shell/completion.bash; echo loaded',
      );
      expect(loaded).toContain('loaded');
      session.terminal.write('kubectl config use-con\t');
      await session.until(/use-context /);
    });

    it('interrupts with ^C, stops with ^Z and goes on with fg', async () => {
      const session = await open();
      await session.run('true');
      session.terminal.write('sleep 1234\n');
      // The program itself, not the shell that is about to become it: from then on the keys are for it.
      await expect.poll(() => pidsWith('sleep\x001234').length, { timeout: 10_000 }).toBe(1);
      const [pid] = pidsWith('sleep\x001234');
      const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
      await expect.poll(state).toBe('S');
      session.terminal.write('\x1a');
      await session.until(/Stopped\s+sleep 1234/);
      expect(await session.run('jobs')).toContain('Stopped');
      session.terminal.write('fg\n');
      await expect.poll(state, { timeout: 10_000 }).toBe('S');
      session.terminal.write('\x03');
      await session.until(/\^C/);
      expect(await session.run('echo "status $?"')).toContain('status 130');
    });

    it('takes the size of the page', async () => {
      const session = await open();
      expect(await session.run('stty size')).toContain('30 100');
      session.terminal.resize(71, 19);
      expect(await session.run('stty size')).toContain('19 71');
    });

    it('keeps files, history and a changed kubeconfig for the next terminal', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const first = await open({ workspace });
      await first.run('echo kept > note.txt; kubectl config set-context --current --namespace=shop');
      await first.terminal.kill();
      const second = await open({ workspace });
      expect(await second.run('cat note.txt; tail -3 .bash_history')).toMatch(/kept\n[^]*note\.txt/);
      expect(await second.run('kubectl config view --minify -o jsonpath={..namespace}; echo')).toContain('shop');
    });

    it('repaints from the backlog after a reload', async () => {
      const session = await open();
      await session.run('seq 1 200000');
      const backlog = session.terminal.backlog();
      expect(backlog.length).toBeLessThanOrEqual(256 * 1024);
      expect(backlog.length).toBeGreaterThan(255 * 1024);
      expect(backlog).toContain('\n200000');
    });

    it('shares one sandbox between the terminals of a workspace, and none between workspaces', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const [first, second, stranger] = [await open({ workspace }), await open({ workspace }), await open()];
      await first.run('echo from-the-first > /tmp/shared; sleep 4321 & disown');
      expect(await second.run('cat /tmp/shared; pgrep -f "sleep 4321" | wc -l')).toContain('from-the-first');
      expect(await stranger.run('cat /tmp/shared; ls -A; pgrep -f "[s]leep 4321" | wc -l')).toMatch(
        /No such file[^]*\n0\n/,
      );
      await first.terminal.kill();
      expect(await first.exited).toMatchObject({ reason: 'exited' });
      expect(await second.run('echo still here')).toContain('still here');
    });

    it('opens no more terminals than allowed', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      await open({ workspace, limits: { terminals: 1 } });
      await expect(open({ workspace })).rejects.toThrow(TooManyTerminalsError);
    });

    it('follows the cluster when its socket changes', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const session = await open({ workspace });
      const other = createHttpServer((_, response) => response.end('the other cluster\n')).listen(
        join(dir, 'other.sock'),
      );
      await once(other, 'listening');
      const second = await host.openTerminal({
        ...request(workspace),
        apiSocketPath: join(dir, 'other.sock'),
        kubeconfig: kubeconfigWith('second'),
        cols: 80,
        rows: 24,
      });
      expect(await session.run(`curl -s ${api}/; kubectl config current-context`)).toMatch(
        /the other cluster\n[^]*second/,
      );
      await second.kill();
      other.close();
    });

    it('records an asciicast', async () => {
      const path = join(dir, 'recorded.cast');
      const session = await open({ record: { path } });
      await session.run('echo recorded $((40+2))');
      await session.terminal.kill();
      await expect.poll(() => readFile(path, 'utf8')).toContain('recorded 42');
      const lines = (await readFile(path, 'utf8')).trim().split('\n');
      expect(JSON.parse(lines[0] as string)).toMatchObject({ version: 2, width: 100, height: 30 });
      expect(lines.slice(1).map((line) => JSON.parse(line)[1])).toContain('o');
    });
  });

  describe('contains', () => {
    it('a flood of output: what nobody reads is not written, and ^C gets through', async () => {
      const session = await open();
      await session.run('true');
      session.terminal.write('yes "an unmistakable line"\n');
      await session.until(/(an unmistakable line\r\n){500}/);
      const [pid] = pidsWith('an unmistakable line');
      const written = () => readFileSync(`/proc/${pid}/io`, 'utf8').split('\n')[1] as string;
      session.terminal.pause();
      const memory = process.memoryUsage().rss;
      await expectToRest(written);
      expect(process.memoryUsage().rss - memory).toBeLessThan(32 * MiB);
      const rested = written();
      session.terminal.resume();
      await expect.poll(written).not.toBe(rested);
      session.terminal.write('\x03');
      expect(await session.run('echo alive')).toContain('alive');
    });

    it('a fork bomb: it stays below the limit, is ended, and the next terminal works', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const [session, neighbour] = [await open({ workspace, limits: { processes: 100 } }), await open()];
      await session.run('true');
      const before = processCount();
      let most = 0;
      const counting = setInterval(() => (most = Math.max(most, processCount())), 50);
      session.terminal.write('bomb() { bomb | bomb & }; bomb\n');
      expect(await neighbour.run('echo undisturbed')).toContain('undisturbed');
      const exit = await session.exited;
      clearInterval(counting);
      expect(exit).toMatchObject({ reason: 'processes' });
      expect(session.output).toContain('Kubedan stopped this terminal');
      expect(most - before).toBeLessThan(150);
      expect(await (await open({ workspace })).run('echo fresh')).toContain('fresh');
    });

    it('a program that takes all memory', async () => {
      const session = await open({ limits: { memoryBytes: 200 * MiB } });
      // With a cgroup the kernel ends the program and the terminal lives; without, the guard ends the sandbox.
      const outcome = await Promise.race([
        session.exited.then(({ reason }) => `ended: ${reason}`),
        session.run(`perl -e '$x .= "x" x 1e7 while 1'; echo "status $?"`).catch(() => session.exited.then(String)),
      ]);
      expect(outcome).toMatch((await host.limitsHeldBy()) === 'rlimits' ? /^ended: memory$/ : /status 137/);
    });

    it('10 GB in many files: the workspace fits again and the disk is not filled', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const session = await open({ workspace, limits: { workspaceBytes: 200 * MiB } });
      await session.run('echo precious > before.txt; mkdir -p .a/b');
      const free = freeBytes(dir);
      let least = free;
      const measuring = setInterval(() => (least = Math.min(least, freeBytes(dir))), 20);
      session.terminal.write('for i in $(seq 200); do head -c 50M /dev/zero > .a/b/$i; done\n');
      const exit = await session.exited;
      clearInterval(measuring);
      expect(exit).toMatchObject({ reason: 'disk', message: expect.stringContaining('200 MiB') });
      expect(free - least).toBeLessThan(3 * 1024 * MiB);
      const next = await open({ workspace });
      expect(await next.run('cat before.txt; du -sm .')).toMatch(/precious\n(1?\d?\d)\t/);
    });

    it('one file that is too large', async () => {
      const session = await open();
      expect(await session.run('head -c 1G /dev/zero > big; ls -s --block-size=M big')).toMatch(/\n6[45]M big/);
      expect(await session.run('head -c 1G /dev/zero > /tmp/big')).toMatch(/limit exceeded|No space left|too large/);
      expect(await session.run('head -c 1G /dev/zero > /dev/shm/big')).toContain('No space left');
    });

    it('files that have no name any more', async () => {
      const session = await open({ limits: { workspaceBytes: 200 * MiB } });
      session.terminal.write(
        'for i in $(seq 200); do exec {fd}>hidden; rm hidden; head -c 50M /dev/zero >&$fd; done\n',
      );
      expect(await session.exited).toMatchObject({ reason: 'disk' });
    });

    it('floods of tiny files, and folders without end', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const session = await open({ workspace, limits: { workspaceEntries: 2_000 } });
      session.terminal.write('i=0; while :; do : > $((i++)); done\n');
      expect(await session.exited).toMatchObject({ reason: 'disk' });
      expect((await readdir(workspace)).length).toBeLessThan(2_000);
      const deep = await open({ workspace, limits: { workspaceEntries: 2_000 } });
      deep.terminal.write('while :; do mkdir a_rather_long_name; cd a_rather_long_name; done 2>/dev/null\n');
      expect(await deep.exited).toMatchObject({ reason: 'disk' });
      const after = await open({ workspace });
      expect(await after.run('echo "entries: $(find . | wc -l)"')).toMatch(/entries: 1?\d{1,3}\n/);
    });
  });

  describe('shows nothing of', () => {
    it("other people's files", async () => {
      await mkdir(join(dir, 'workspace-other'), { recursive: true });
      await writeFile(join(dir, 'workspace-other', 'secret.txt'), 'a secret');
      const session = await open();
      const looked = await session.run(
        `cat /etc/shadow ${dir}/workspace-other/secret.txt; ls /root /var /opt /srv /mnt ${homedir()} ${process.cwd()} ${dir}`,
      );
      expect(looked.match(/No such file/g)).toHaveLength(10);
      expect(await session.run('ls /home; ls -A /tmp | wc -l; find / -name secret.txt 2>/dev/null')).toMatch(
        /^\nlearner\n0\n$/,
      );
      const outside = await session.run(
        'for p in 1 2 3 $$ $PPID; do ls /proc/$p/root/; done 2>&1; ls -d /proc/1/cwd/* 2>&1',
      );
      expect(outside).not.toMatch(/\b(var|srv|boot|opt)\b/);
    });

    it("the server's environment, and of its processes", async () => {
      const session = await open();
      expect(await session.run('cat /proc/*/environ | tr "\\0" "\\n"; env')).not.toContain('the-server-knows-this');
      const names = (await session.run('ps -eo args')).split('\n').filter((line) => /^[/[a-z]/.test(line));
      expect(names.length).toBeGreaterThan(3);
      expect(names.length).toBeLessThan(10);
      expect(names.join()).not.toContain(dir);
      session.terminal.write('kill -9 -1\n');
      // That ends the agent, and so all of this sandbox, and nothing else.
      expect(await session.exited).toMatchObject({ reason: 'crashed' });
    });

    it('its networks', async () => {
      const canary = createServer((socket) => socket.end('the host\n')).listen(0, '127.0.0.1');
      await once(canary, 'listening');
      const { port } = canary.address() as AddressInfo;
      const session = await open();
      expect(await session.run(`curl -sS -m 2 http://127.0.0.1:${port}`)).toMatch(
        /refused|Failed to connect|Could not/,
      );
      expect(
        await session.run('cat /proc/net/route | wc -l; ls /sys/class/net 2>&1; tail -n +3 /proc/net/dev'),
      ).toMatch(/\n1\n[^]*lo:/);
      for (const address of ['1.1.1.1', '169.254.169.254', '10.0.0.1', '192.168.0.1', '[2606:4700::1111]']) {
        expect(await session.run(`curl -sS -m 2 http://${address}/`)).toMatch(/unreachable|Could not|Failed/i);
      }
      canary.close();
    });

    it('its sockets, abstract ones neither', async () => {
      const abstract = createServer().listen('\0kubedan-canary');
      await once(abstract, 'listening');
      expect(readFileSync('/proc/net/unix', 'utf8')).toContain('@kubedan-canary');
      const session = await open();
      expect(await session.run('cat /proc/net/unix')).not.toContain('kubedan-canary');
      expect(await session.run('find / -type s 2>/dev/null')).toMatch(/^\n\/run\/kubedan\/api\/api\.sock\n$/);
      abstract.close();
    });

    it('its descriptors, devices and privileges', async () => {
      const session = await open();
      const descriptors = await session.run(
        'for p in $$ $PPID; do ls -l /proc/$p/fd; done | grep -o -- "-> .*" | sort -u',
      );
      for (const target of descriptors.match(/(?<=-> ).*/g) ?? []) {
        expect(target).toMatch(/^(\/dev\/(pts\/\d+|tty|ptmx|null)|(socket|pipe|anon_inode):.*|\/dev\/pts\/ptmx)$/);
      }
      const status = await session.run('grep -E "^(Cap|NoNew|Seccomp:)" /proc/self/status');
      expect(status).toMatch(/CapEff:\t0{16}/);
      expect(status).toMatch(/CapBnd:\t0{16}/);
      expect(status).toMatch(/NoNewPrivs:\t1/);
      expect(status).toMatch(/Seccomp:\t2/);
      expect(
        await session.run('find /dev -type b; find / -xdev -perm -4000 -exec {} -h \\; 2>/dev/null | wc -l'),
      ).toMatch(/\n0\n/);
      expect(await session.run('unshare -U true; unshare -n true; mount -t tmpfs x /tmp; chroot / true')).not.toMatch(
        /^ok/m,
      );
      expect(await session.run('unshare -U echo made-a-namespace')).not.toMatch(/\nmade-a-namespace/);
      expect(await session.run('cp /usr/bin/id . ; chmod u+s id; chmod g+s id; ls -l id')).toMatch(/-rwxr-xr-x/);
      const call = (expression: string) => session.run(`perl -e '${expression}; print "said: $!\\n"'`);
      expect(await call('my $c = "x"; ioctl(STDIN, 0x5412, $c)')).toContain('said: Operation not permitted'); // TIOCSTI
      expect(await call('socket(my $s, 40, 1, 0)')).toContain('said: Address family not supported'); // vsock
      expect(await call('socket(my $s, 17, 3, 768)')).toContain('said: Address family not supported'); // packet
    });

    it.runIf(process.getuid?.() === 0)('root: its processes and files belong to a user of their own', async () => {
      const workspace = join(dir, `workspace-${++counter}`);
      const session = await open({ workspace });
      await session.run('echo mine > mine.txt; sleep 8765 &');
      const [pid] = pidsWith('8765').filter((each) => readFileSync(`/proc/${each}/comm`, 'utf8') === 'sleep\n');
      const uids =
        /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.slice(1) ?? [];
      expect(new Set(uids).size).toBe(1);
      expect(Number(uids[0])).toBeGreaterThan(0x6fffffff);
    });
  });

  it('leaves nothing behind when it ends', async () => {
    const session = await open();
    await session.run('(setsid sleep 7654 &) ; nohup sleep 7655 >/dev/null 2>&1 &');
    // The shell is back before its children have become what they are to run.
    await vi.waitFor(() => expect(pidsWith('sleep\x00765').length).toBeGreaterThanOrEqual(2));
    await session.terminal.kill();
    expect(await session.exited).toMatchObject({ exitCode: 137, reason: 'killed' });
    expect(pidsWith('sleep\x00765')).toEqual([]);
    expect(await readdir(join(dir, 'host', 'run'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(dir);
    const cgroups = await promisify(execFile)('find', [
      '/sys/fs/cgroup',
      '-path',
      '*kubedan-*',
      '-name',
      `${process.pid}-*`,
    ]);
    expect(cgroups.stdout).toBe('');
  });

  it('ends only what it is asked to end', async () => {
    const workspace = join(dir, `workspace-${++counter}`);
    const [first, second] = [await open({ workspace }), await open({ workspace })];
    first.terminal.write('exit 3\n');
    expect(await first.exited).toMatchObject({ exitCode: 3, reason: 'exited' });
    await first.terminal.kill();
    expect(await second.run('echo still here')).toContain('still here');
    await host.closeWorkspace(workspace);
    expect(await second.exited).toMatchObject({ reason: 'killed' });
  });

  it('goes on when the agent is killed: a new terminal opens', async () => {
    const workspace = join(dir, `workspace-${++counter}`);
    const session = await open({ workspace });
    await session.run('true');
    session.terminal.write('kill -9 $PPID\n');
    expect(await session.exited).toMatchObject({ reason: 'crashed' });
    expect(await (await open({ workspace })).run(`curl -s ${api}/x`)).toContain('answered /x');
  });

  it('gives a fresh sandbox to whoever stopped the agent', async () => {
    const workspace = join(dir, `workspace-${++counter}`);
    const quick = new SandboxHost({ dir: join(dir, 'quick'), tools, startTimeoutMs: 2_000 });
    const session = await open({ workspace, on: quick });
    await session.run('true');
    session.terminal.write('kill -STOP $PPID\n');
    expect(await (await open({ workspace, on: quick })).run('echo fresh')).toContain('fresh');
    expect(await session.exited).toMatchObject({ reason: 'crashed' });
    await quick.close();
  });

  describe('where there are no cgroups', () => {
    let plain: SandboxHost;
    beforeAll(() => {
      plain = new SandboxHost({ dir: join(dir, 'plain'), tools, cgroups: 'off' });
    });
    afterAll(() => plain.close());

    it('bounds processes and memory all the same', async () => {
      expect(await plain.limitsHeldBy()).toBe('rlimits');
      const before = processCount();
      let most = 0;
      const counting = setInterval(() => (most = Math.max(most, processCount())), 50);
      const bomber = await open({ on: plain, limits: { processes: 100 } });
      await bomber.run('true');
      bomber.terminal.write('bomb() { bomb | bomb & }; bomb\n');
      expect(await bomber.exited).toMatchObject({ reason: 'processes' });
      clearInterval(counting);
      expect(most - before).toBeLessThan(150);
      const hog = await open({ on: plain, limits: { memoryBytes: 300 * MiB } });
      await hog.run('true');
      hog.terminal.write(`perl -e '$x .= "x" x 1e6 while 1'\n`);
      expect(await hog.exited).toMatchObject({ reason: 'memory' });
    });
  });

  const script = async (
    text: string,
    options: { timeoutMs?: number; signal?: AbortSignal; maxOutput?: number } = {},
  ) => {
    const folder = await mkdtemp(join(dir, 'lab-'));
    await writeFile(join(folder, 'answer.sh'), text);
    return host.runScript({
      ...request(),
      script: '/lab/answer.sh',
      mounts: [{ host: folder, inside: '/lab' }],
      timeoutMs: 30_000,
      ...options,
    });
  };

  describe('runs a script', () => {
    it('and returns its status and both streams', async () => {
      const result = await script(`echo out; echo err >&2; curl -s ${api}/from-script; pwd; exit 3`);
      expect(result).toMatchObject({ exitCode: 3, timedOut: false });
      expect(result.output).toMatch(/out[^]*answered \/from-script\n\/home\/learner\n/);
      expect(result.output).toContain('err');
    });

    it('and does not wait for what it left in the background', async () => {
      const result = await script('sleep 6541 & echo done');
      expect(result).toMatchObject({ exitCode: 0, timedOut: false, output: 'done\n' });
      expect(pidsWith('sleep\x006541')).toEqual([]);
    });

    it('and ends it at its deadline, with all that it started', async () => {
      const result = await script('echo begun; sleep 6543 & sleep 6543', { timeoutMs: 700 });
      expect(result).toMatchObject({ exitCode: 137, timedOut: true, output: 'begun\n' });
      expect(pidsWith('sleep\x006543')).toEqual([]);
    });

    it('and ends it when it is called off', async () => {
      const controller = new AbortController();
      const running = script('echo begun; sleep 6542', { signal: controller.signal });
      await expect.poll(() => pidsWith('sleep\x006542').length, { timeout: 10_000 }).toBeGreaterThan(0);
      controller.abort(new Error('called off'));
      await expect(running).rejects.toThrow('called off');
      expect(pidsWith('sleep\x006542')).toEqual([]);
    });

    it('and keeps the end of a long output', async () => {
      const result = await script('seq 1 300000; echo the end', { maxOutput: 1000 });
      expect(result.output).toHaveLength(1000);
      expect(result.output).toMatch(/300000\nthe end\n$/);
    });
  });
});

/** Waits until two looks, 300 ms apart, see the same. */
async function expectToRest(look: () => string): Promise<void> {
  let before = look();
  await expect
    .poll(
      () => {
        const now = look();
        const rests = now === before;
        before = now;
        return rests;
      },
      { interval: 300, timeout: 20_000 },
    )
    .toBe(true);
}

function processCount(): number {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
}

function freeBytes(path: string): number {
  const { bfree, bsize } = statfsSync(path);
  return bfree * bsize;
}

function kubeconfigWith(name: string): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${name}
    cluster: { server: 'https://127.0.0.1:${sandboxApiPort}' }
users:
  - name: ${name}
    user: { token: 'token-of-${name}' }
contexts:
  - name: ${name}
    context: { cluster: ${name}, user: ${name} }
current-context: ${name}
`;
}

function pidsWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    });
}
