import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from './command-error.js';
import { Docker } from './docker.js';
import {
  ContainerNotFoundError,
  ContainerNotRunningError,
  DockerDeniedError,
  DockerDiskFullError,
  DockerFailedError,
  DockerMissingError,
  DockerNotRunningError,
  DockerTimeoutError,
  ImageMissingError,
} from './errors.js';
import { FakeCommand, runs } from './fake-command.fixture.js';

const container = (name: string, more: object = {}) => ({
  Id: `id-of-${name}`,
  Name: `/${name}`,
  Config: { Image: 'node:1', Labels: { app: 'kubedan', note: 'a=b,c=d' } },
  State: { Status: 'running', ExitCode: 0, OOMKilled: false, StartedAt: '2026-11-23T15:00:00.5Z' },
  HostConfig: { Memory: 1_073_741_824, NanoCpus: 1_500_000_000, PidsLimit: null },
  NetworkSettings: {
    Ports: { '6443/tcp': [{ HostIp: '127.0.0.1', HostPort: '40001' }], '80/tcp': null },
    Networks: { kind: { IPAddress: '172.18.0.2' } },
  },
  ...more,
});

/** What `docker events` prints. */
const line = (Action: string, seconds: number) =>
  JSON.stringify({
    Type: 'container',
    Action,
    Actor: { ID: 'id1', Attributes: { name: 'node', image: 'node:1', exitCode: '137', app: 'kubedan' } },
    timeNano: seconds * 1e9,
  });

describe('Docker', () => {
  let fake: FakeCommand;
  let docker: Docker;
  beforeEach(async () => {
    fake = await FakeCommand.make('docker');
    docker = new Docker({ binary: fake.path });
  });
  afterEach(() => fake[Symbol.asyncDispose]());
  const answers = async (verb: string, value: unknown, then = '') => {
    await writeFile(join(fake.dir, 'answer.json'), JSON.stringify(value));
    await fake.does(verb, `cat "$DIR/answer.json"\n${then}`);
  };

  it('lists containers with their labels as they are, commas and all', async () => {
    await fake.does('ps', 'printf "one\\ntwo\\n"');
    await answers('inspect', [
      container('one'),
      container('two', { State: { Status: 'exited', ExitCode: 137, OOMKilled: true } }),
    ]);
    const [one, two] = await docker.listContainers({ labels: { app: 'kubedan', note: true }, all: true });
    expect(one).toEqual({
      id: 'id-of-one',
      name: 'one',
      image: 'node:1',
      labels: { app: 'kubedan', note: 'a=b,c=d' },
      status: 'running',
      exitCode: 0,
      oomKilled: false,
      startedAt: new Date('2026-11-23T15:00:00.5Z'),
      limits: { memoryBytes: 1_073_741_824, cpus: 1.5, pids: undefined },
      ports: [{ hostIp: '127.0.0.1', hostPort: 40_001, containerPort: 6443, protocol: 'tcp' }],
      addresses: { kind: '172.18.0.2' },
    });
    expect(two).toMatchObject({ status: 'exited', exitCode: 137, oomKilled: true, startedAt: undefined });
    expect((await fake.calls())[0]).toBe(
      'docker ps --quiet --no-trunc --all --filter label=app=kubedan --filter label=note',
    );
  });

  it('leaves out a container that went away while it was listed', async () => {
    await fake.does('ps', 'printf "one\\ngone\\n"');
    await answers('inspect', [container('one')], 'echo "Error: No such object: gone" >&2; exit 1');
    expect((await docker.listContainers()).map(({ name }) => name)).toEqual(['one']);
  });

  it('asks for nothing where there is no container', async () => {
    await fake.does('ps', ':');
    expect(await docker.listContainers()).toEqual([]);
    expect(await fake.calls()).toHaveLength(1);
  });

  it('limits memory, swap included, processors and processes', async () => {
    await fake.does('update', ':');
    await docker.update('node', { memoryBytes: 2e9, cpus: 1.5, pids: 400 });
    await docker.update('node', { cpus: 1 });
    await docker.update('node', {});
    expect(await fake.calls()).toEqual([
      'docker update --memory=2000000000 --memory-swap=2000000000 --cpus=1.5 --pids-limit=400 node',
      'docker update --cpus=1 node',
    ]);
    await expect(docker.update('node', { cpus: 0 })).rejects.toThrow(RangeError);
  });

  it('starts and stops, giving processes their time', async () => {
    for (const verb of ['start', 'stop']) await fake.does(verb, ':');
    await docker.start('node');
    await docker.stop('node');
    await docker.stop('node', { graceSeconds: 0 });
    expect(await fake.calls()).toEqual(['docker start node', 'docker stop -t 10 node', 'docker stop -t 0 node']);
  });

  it('removes what is there and is content with what is not', async () => {
    await fake.does('rm', ':');
    await docker.remove(['one', 'two']);
    await docker.remove([]);
    expect(await fake.calls()).toEqual(['docker rm --force --volumes one two']);
    await fake.fails('rm', 'Error response from daemon: No such container: one');
    await docker.remove('one');
    await fake.fails('rm', 'Error response from daemon: cannot remove container: device busy');
    await expect(docker.remove('one')).rejects.toThrow(DockerFailedError);
  });

  it('gives what a program in a container reads, and tells what it printed and its status', async () => {
    await fake.does('exec', 'cat; echo oops >&2; exit 3');
    expect(await docker.exec('node', ['sh', '-c', 'x'], { input: 'hello', user: '1000', env: { A: 'b' } })).toEqual({
      exitCode: 3,
      stdout: 'hello',
      stderr: 'oops',
    });
    expect(await fake.calls()).toEqual(['docker exec --interactive --user 1000 --env A=b node sh -c x']);
    await writeFile(join(fake.dir, 'input'), 'from a file');
    expect((await docker.exec('node', ['cat'], { input: { file: join(fake.dir, 'input') } })).stdout).toBe(
      'from a file',
    );
  });

  it('does not take a program’s own words for Docker’s', async () => {
    await fake.fails('exec', 'open: no such container file; container x is not running');
    expect(await docker.exec('node', ['own'])).toMatchObject({ exitCode: 1 });
  });

  it('names the program alone in the error of an exec: its arguments may be a secret', async () => {
    await fake.fails('exec', 'Error response from daemon: container 1f is not running');
    const error = await docker
      .exec('node', ['login', 'hunter2'], { env: { KEY: 'hunter3' } })
      .catch((it: unknown) => it);
    expect(error).toBeInstanceOf(ContainerNotRunningError);
    expect((error as CommandError).command.slice(1)).toEqual(['exec', 'node', 'login', '…']);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/hunter/);
  });

  it('tells which images an archive held, and whether one is here', async () => {
    await fake.does('load', 'echo "Loaded image: shop/web:1"; echo "Loaded image ID: sha256:12"');
    expect(await docker.loadArchive('/tmp/a.tar')).toEqual(['shop/web:1', 'sha256:12']);
    await fake.does('image', 'echo sha256:12');
    expect(await docker.imageId('shop/web:1')).toBe('sha256:12');
    await fake.fails('image', 'Error response from daemon: No such image: shop/web:2');
    expect(await docker.imageExists('shop/web:2')).toBe(false);
    await fake.fails('image', 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?');
    await expect(docker.imageExists('shop/web:2')).rejects.toThrow(DockerNotRunningError);
  });

  it('lists the images of a name', async () => {
    await fake.does('image', 'printf "kubedan/node:v1\\nkubedan/node:<none>\\n"');
    expect(await docker.listImages('kubedan/node')).toEqual(['kubedan/node:v1']);
    expect(await fake.calls()).toEqual([
      'docker image ls --filter reference=kubedan/node --format {{.Repository}}:{{.Tag}}',
    ]);
  });

  describe('networks', () => {
    it('are made with what was asked for, and addresses that are taken are told', async () => {
      await fake.does('network', ':');
      await docker.createNetwork({ name: 'n', subnet: '10.1.2.0/24', labels: { app: 'kubedan' } });
      expect(await fake.calls()).toEqual([
        'docker network create --driver bridge --subnet 10.1.2.0/24 --label app=kubedan n',
      ]);
      await fake.fails('network', 'Error response from daemon: Pool overlaps with other one on this address space');
      await expect(docker.createNetwork({ name: 'n' })).rejects.toMatchObject({ name: 'SubnetTakenError' });
    });

    it('are listed with their labels, also when one goes away meanwhile', async () => {
      await writeFile(
        join(fake.dir, 'answer.json'),
        JSON.stringify([
          { Name: 'n', Labels: { app: 'kubedan' }, IPAM: { Config: [{ Subnet: '10.1.2.0/24' }] } },
          { Name: 'm', Labels: null, IPAM: { Config: null } },
        ]),
      );
      await fake.does(
        'network',
        'case $2 in ls) printf "1\\n2\\n3\\n" ;; *) cat "$DIR/answer.json"; echo "Error: No such network: 3" >&2; exit 1 ;; esac',
      );
      expect(await docker.listNetworks({ labels: { app: 'kubedan' } })).toEqual([
        { name: 'n', labels: { app: 'kubedan' }, subnet: '10.1.2.0/24' },
        { name: 'm', labels: {}, subnet: undefined },
      ]);
    });

    it('are removed, and one that is gone is no error', async () => {
      await fake.fails('network', 'Error: No such network: n');
      await docker.removeNetwork('n');
      await fake.fails('network', 'Error response from daemon: network n has active endpoints');
      await expect(docker.removeNetwork('n')).rejects.toThrow(DockerFailedError);
    });

    it('give a container a fixed address, whether it had one there or not', async () => {
      await fake.does(
        'network',
        'case $2 in disconnect) echo "Error response from daemon: container x is not connected to network n" >&2; exit 1 ;; esac',
      );
      await docker.fixAddress({ network: 'n', container: 'x', address: '10.1.2.3' });
      expect(await fake.calls()).toEqual([
        'docker network disconnect --force n x',
        'docker network connect --ip 10.1.2.3 n x',
      ]);
    });
  });

  it('names an image that cannot be pulled, whatever the registry says', async () => {
    await fake.fails('pull', 'Error response from daemon: Get "https://registry.example/v2/": no such host');
    await expect(docker.pullImage('registry.example/web:1')).rejects.toMatchObject({
      name: 'ImageMissingError',
      image: 'registry.example/web:1',
    });
  });

  describe('events', () => {
    it('are told as they happen, until the loop is left; then nothing goes on', async () => {
      await fake.does(
        'events',
        `echo $$ > "$DIR/pid"; echo '${line('die', 10)}'; echo '${line('start', 11)}'; exec sleep 60`,
      );
      const seen = [];
      for await (const event of docker.events({
        labels: { app: 'kubedan' },
        actions: ['die', 'start'],
        since: new Date(9_500),
      })) {
        seen.push(event);
        if (seen.length === 2) break;
      }
      expect(seen[0]).toEqual({
        action: 'die',
        id: 'id1',
        name: 'node',
        labels: { app: 'kubedan' },
        exitCode: 137,
        at: new Date(10_000),
      });
      expect(await fake.calls()).toEqual([
        'docker events --format {{json .}} --filter type=container --filter event=die --filter event=start --filter label=app=kubedan --since 9.500000000',
      ]);
      const pid = Number(await readFile(join(fake.dir, 'pid'), 'utf8'));
      expect(await runs(pid)).toBe(false);
    });

    it('end without an error when cancelled', async () => {
      await fake.does('events', `echo '${line('die', 10)}'; exec sleep 60`);
      const abort = new AbortController();
      let count = 0;
      for await (const { action } of docker.events({ signal: abort.signal })) {
        if (action === 'die') count++;
        abort.abort();
      }
      expect(count).toBe(1);
    });

    it.each(['exit 0', 'echo "unexpected EOF" >&2; exit 1', 'echo whatever >&2; exit 1'])(
      'say that Docker went away when they end by themselves (%s)',
      async (end) => {
        await fake.does('events', `echo '${line('die', 10)}'; ${end}`);
        const seen: string[] = [];
        const all = async () => {
          for await (const { action } of docker.events()) seen.push(action);
        };
        await expect(all()).rejects.toThrow(DockerNotRunningError);
        expect(seen).toEqual(['die']);
      },
    );
  });

  describe('info and probe', () => {
    const said = {
      ServerVersion: '20.10.24',
      CgroupVersion: '1',
      CgroupDriver: 'cgroupfs',
      SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'],
      NCPU: 2,
      MemTotal: 25e9,
      Driver: 'overlay2',
      DockerRootDir: '/var/lib/docker',
      OperatingSystem: 'Debian',
      KernelVersion: '6.18',
      ContainersRunning: 3,
      ClientInfo: { Version: '28.2.2' },
    };

    it('tell what Docker is', async () => {
      await answers('info', said);
      const info = await docker.info();
      expect(info).toMatchObject({
        serverVersion: '20.10.24',
        clientVersion: '28.2.2',
        cgroupVersion: 1,
        rootless: true,
      });
      expect(await docker.probe()).toEqual({ usable: true, info });
    });

    it.each([
      [
        'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
        'not-running',
      ],
      ['failed to connect to the docker API at unix:///run/docker.sock; check if the path is correct', 'not-running'],
      ['error during connect: Get "http://example:2375/info": dial tcp: i/o timeout', 'not-running'],
      [
        'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
        'denied',
      ],
      ['something else', 'failed'],
    ] as const)('know what "%s" means', async (stderr, why) => {
      await answers('info', { ...said, ServerVersion: '' }, `echo '${stderr}' >&2; exit 1`);
      expect(await docker.probe()).toMatchObject({ usable: false, why, error: { stderr, exitCode: 1 } });
    });

    it('know a daemon that is away also where the client counts that as a success', async () => {
      await answers('info', { ClientInfo: {}, ServerErrors: ['Cannot connect to the Docker daemon at unix:///x.'] });
      expect(await docker.probe()).toMatchObject({ usable: false, why: 'not-running' });
    });

    it('know a Docker that is not there and one that hangs', async () => {
      expect(await new Docker({ binary: join(fake.dir, 'nothing') }).probe()).toMatchObject({
        usable: false,
        why: 'missing',
      });
      await fake.does('info', 'sleep 60 & wait');
      expect(await docker.probe({ timeoutMs: 100 })).toMatchObject({ usable: false, why: 'slow' });
    });
  });

  it.each([
    ['Error response from daemon: No such container: a', ContainerNotFoundError],
    ['Error: No such object: a', ContainerNotFoundError],
    ['Error response from daemon: write /x: no space left on device', DockerDiskFullError],
    ['permission denied while trying to connect to the docker API at unix:///x', DockerDeniedError],
    ['Error response from daemon: pull access denied for a', ImageMissingError],
    ['Error response from daemon: Get "https://registry-1.docker.io/v2/": EOF', DockerFailedError],
    [
      'error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/a/start": EOF',
      DockerNotRunningError,
    ],
    ['Error response from daemon: what is this', DockerFailedError],
  ])('takes "%s" for what it means, with command, status, words and what to do', async (stderr, Meaning) => {
    await fake.fails('start', stderr);
    const error = await docker.start('a').catch((it: unknown) => it);
    expect(error).toBeInstanceOf(Meaning);
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ command: [fake.path, 'start', 'a'], exitCode: 1, stderr, name: Meaning.name });
    expect((error as CommandError).message).toContain((error as CommandError).remedy);
    expect((error as Error).cause).toMatchObject({ message: `${fake.path} exited with status 1` });
  });

  it('says that the command is missing, and that it takes too long', async () => {
    await expect(new Docker({ binary: join(fake.dir, 'nothing') }).start('a')).rejects.toThrow(DockerMissingError);
    await fake.does('start', 'sleep 60 & wait');
    const slow = new Docker({ binary: fake.path, timeoutMs: 100 });
    await expect(slow.start('a')).rejects.toThrow(DockerTimeoutError);
  });

  it('ends also a command that does not want to', async () => {
    await fake.does('start', `trap '' TERM; echo $$ > "$DIR/pid"; while :; do sleep 0.05; done`);
    const abort = new AbortController();
    const starting = docker.start('a', abort.signal);
    await expect
      .poll(() => readFile(join(fake.dir, 'pid'), 'utf8').catch(() => ''), { interval: 10, timeout: 10_000 })
      .toMatch(/\d\n/);
    abort.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    expect(await runs(Number(await readFile(join(fake.dir, 'pid'), 'utf8')))).toBe(false);
  });

  it('stops at once when cancelled, with all that the command started', async () => {
    // The second process says its number when it stands; the command waits for it.
    await fake.does('start', `sh -c 'echo $$ > "$0/pid"; exec sleep 60' "$DIR" & wait`);
    const abort = new AbortController();
    const reason = new Error('enough');
    const starting = docker.start('a', abort.signal);
    await expect
      .poll(() => readFile(join(fake.dir, 'pid'), 'utf8').catch(() => ''), { interval: 10, timeout: 10_000 })
      .toMatch(/\d\n/);
    abort.abort(reason);
    await expect(starting).rejects.toBe(reason);
    const pid = Number(await readFile(join(fake.dir, 'pid'), 'utf8'));
    await expect.poll(() => runs(pid), { interval: 10, timeout: 10_000 }).toBe(false);
    await expect(docker.start('a', abort.signal)).rejects.toBe(reason);
  });
});
