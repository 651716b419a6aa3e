import { access, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runs } from '../../docker/src/fake-command.fixture.js';
import type { CreateOptions } from './create.js';
import { CommandError, LeftBehindError } from './index.js';
import { FakeKind, kindSteps } from './kind.fixture.js';
import type { KindStep } from './steps.js';

/** Pieces of shell that end kind with these words. */
const kindFails = (words: string) => `cat >&2 <<'WORDS'\n${words}\nWORDS\nexit 1`;
const dockerRunFails = (words: string) =>
  kindFails(
    `ERROR: failed to create cluster: command "docker run --name x-control-plane --hostname x-control-plane kindest/node:v1" failed with error: exit status 125\n\nCommand Output: ${words}`,
  );

describe('creating a cluster', () => {
  let fake: FakeKind;
  let steps: KindStep[];
  beforeEach(async () => {
    fake = await FakeKind.make();
    steps = [];
  });
  afterEach(() => fake[Symbol.asyncDispose]());

  const create = (more: Partial<CreateOptions> = {}, wrapper = fake.wrapper()) =>
    wrapper.create({
      name: 'x',
      kubeconfigPath: fake.kubeconfigPath,
      deadlineMs: 20_000,
      onStep: (step) => steps.push(step),
      ...more,
    });
  const failure = async (more?: Partial<CreateOptions>): Promise<unknown> => {
    const error = await create(more).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) throw new Error('It went well.');
    // Whatever it is: it says what to do.
    if (error instanceof CommandError)
      expect([error.remedy, error.message]).toEqual([
        expect.stringMatching(/\w/),
        expect.stringContaining(error.remedy),
      ]);
    return error;
  };
  const isThere = (file: string) =>
    access(join(fake.dir, file)).then(
      () => true,
      () => false,
    );
  const nothingIsLeft = async () => {
    expect(await readFile(join(fake.dir, 'containers'), 'utf8').catch(() => '')).toBe('');
    expect(await isThere('kubeconfig')).toBe(false);
    expect(await isThere('kubeconfig.lock')).toBe(false);
  };

  it('tells each step as it begins and as it ends, while kind goes on', async () => {
    // kind goes on when the test has heard of the step: the steps are told while they happen, not afterwards.
    await fake.creates(
      kindSteps,
      `while [ ! -e "$DIR/heard" ]; do sleep 0.01; done
echo ' • Waiting ≤ 20s for control-plane = Ready ⏳  ...' >&2
echo ' ✓ Waiting ≤ 20s for control-plane = Ready ⏳' >&2
echo ' • Ready after 1s 💚' >&2
echo 'Set kubectl context to "kind-x"' >&2
echo credentials > "$DIR/kubeconfig"`,
    );
    let now = 0;
    await create(
      {
        onStep: (step) => {
          steps.push(step);
          if (step.name === 'join-workers' && step.state === 'done') void writeFile(join(fake.dir, 'heard'), '');
        },
      },
      fake.wrapper({ clock: () => now++ }),
    );
    const names = ['image', 'nodes', 'configuration', 'control-plane', 'network', 'storage', 'join-workers', 'ready'];
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      names.flatMap((name) => [`${name} started`, `${name} done`]),
    );
    expect(steps[6]?.text).toBe('Starting control-plane');
    expect(steps[0]?.text).toBe('Ensuring node image (kindest/node:v1.35.4)');
    const times = steps.map(({ elapsedMs }) => elapsedMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(await readFile(fake.kubeconfigPath, 'utf8')).toBe('credentials\n');
  });

  it('gives kind the configuration on its stdin and keeps the user’s own settings out', async () => {
    await fake.creates([], ':');
    const kubeconfig = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = '/home/me/.kube/config';
    try {
      const env = { KIND_CLUSTER_NAME: 'other', DOCKER_HOST: 'unix:///d.sock' };
      const config = { nodes: [{}, { role: 'worker' as const }], featureGates: { KubeletInUserNamespace: true } };
      await create({ image: 'node:1', config, waitMs: 0 }, fake.wrapper({ env }));
    } finally {
      if (kubeconfig === undefined) delete process.env['KUBECONFIG'];
      else process.env['KUBECONFIG'] = kubeconfig;
    }
    expect(JSON.parse(await readFile(join(fake.dir, 'config'), 'utf8'))).toEqual({
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      nodes: [{}, { role: 'worker' }],
      featureGates: { KubeletInUserNamespace: true },
    });
    expect((await fake.kind.calls()).at(-1)).toBe(
      `kind create cluster --name=x --config=- --kubeconfig=${fake.kubeconfigPath} --retain --image=node:1`,
    );
    const seen = await readFile(join(fake.dir, 'env'), 'utf8');
    expect(seen).toMatch(/^DOCKER_HOST=unix:\/\/\/d.sock$/m);
    expect(seen).toMatch(/^KIND_EXPERIMENTAL_PROVIDER=docker$/m);
    expect(seen).toContain(`PATH=${join(fake.dir, 'bin')}:`);
    expect(seen).not.toMatch(/^(KUBECONFIG|KIND_CLUSTER_NAME)=/m);
  });

  it('asks neither kind nor Docker for what cannot be', async () => {
    await expect(create({ name: '-x' })).rejects.toMatchObject({ name: 'KindInvalidError' });
    await expect(create({ config: { nodes: [{ role: 'worker' }] } })).rejects.toThrow('has to be a control-plane');
    for (const deadlineMs of [0, -1, Number.NaN, 2 ** 31]) {
      await expect(create({ deadlineMs })).rejects.toMatchObject({ name: 'KindInvalidError' });
    }
    await expect(create({ waitMs: -1 })).rejects.toMatchObject({ name: 'KindInvalidError' });
    expect(() => fake.wrapper({ docker: '/usr/bin/podman' })).toThrow('has to be named docker');
    await writeFile(fake.kubeconfigPath, 'another cluster’s');
    await expect(create()).rejects.toMatchObject({ name: 'KubeconfigTakenError' });
    await expect(create({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(await fake.kind.calls()).toEqual([]);
    expect(await readFile(fake.kubeconfigPath, 'utf8')).toBe('another cluster’s');
  });

  describe('fails by meaning and leaves nothing:', () => {
    it('there is no kind', async () => {
      await expect(create({}, fake.wrapper({ binary: join(fake.dir, 'nothing') }))).rejects.toMatchObject({
        name: 'KindMissingError',
        exitCode: undefined,
        cause: { code: 'ENOENT' },
      });
    });

    it('kind is of another kind of machine', async () => {
      await writeFile(fake.kind.path, '\x7fELF');
      await expect(create()).rejects.toMatchObject({ name: 'KindMissingError' });
    });

    it('Docker does not run', async () => {
      await fake.docker.fails(
        'ps',
        'Cannot connect to the Docker daemon at unix:///d.sock. Is the docker daemon running?',
      );
      await expect(create()).rejects.toMatchObject({ name: 'DockerNotRunningError', exitCode: 1 });
      expect((await fake.kind.calls()).filter((call) => call.startsWith('kind '))).toEqual([]);
    });

    it('the node image is not to be had', async () => {
      await fake.creates(
        [],
        `echo ' • Ensuring node image (registry.example/node:1) 🖼  ...' >&2\necho ' ✗ Ensuring node image (registry.example/node:1) 🖼' >&2
${kindFails('ERROR: failed to create cluster: failed to pull image "registry.example/node:1": command "docker pull registry.example/node:1" failed with error: exit status 1\n\nCommand Output: Error response from daemon: no such host')}`,
      );
      const error = await failure();
      expect(error).toMatchObject({ name: 'ImageMissingError', image: 'registry.example/node:1', exitCode: 1 });
      expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['image started', 'image failed']);
      expect(await fake.docker.calls()).not.toContainEqual(expect.stringContaining('docker exec'));
    });

    it('a port is taken', async () => {
      const words =
        'docker: Error response from daemon: driver failed programming external connectivity on endpoint x-control-plane: Bind for 127.0.0.1:8080 failed: port is already allocated.';
      await fake.creates(kindSteps.slice(0, 2), dockerRunFails(words));
      await expect(create()).rejects.toMatchObject({ name: 'PortTakenError', port: 8080 });
      await nothingIsLeft();
      await fake.creates(
        [],
        dockerRunFails(
          'docker: Error response from daemon: failed to bind host port for 127.0.0.1:8081:172.18.0.2:80/tcp: address already in use',
        ),
      );
      await expect(create()).rejects.toMatchObject({ name: 'PortTakenError', port: 8081 });
      await fake.creates(
        [],
        dockerRunFails('Error starting userland proxy: listen tcp4 0.0.0.0:8082: bind: address already in use.'),
      );
      await expect(create()).rejects.toMatchObject({ name: 'PortTakenError', port: 8082 });
    });

    it('a node does not become ready, and the kubelet’s last words are taken from it before it goes', async () => {
      await fake.journal('starting\nfailed to run Kubelet: cgroup v1 is not supported\n');
      await fake.creates(
        kindSteps.slice(0, 3),
        `echo ' • Starting control-plane 🕹️  ...' >&2; echo ' ✗ Starting control-plane 🕹️' >&2
${kindFails('ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec --privileged x-control-plane kubeadm init" failed with error: exit status 1\n\nCommand Output: kubelet is not healthy after 4m0s, token abcdef.0123456789abcdef')}`,
      );
      const error = await failure();
      expect(error).toMatchObject({
        name: 'NodeNotReadyError',
        step: 'control-plane',
        lastWords: [
          {
            node: 'x-control-plane',
            status: 'running',
            text: 'starting\nfailed to run Kubelet: cgroup v1 is not supported',
          },
        ],
      });
      expect(error).toBeInstanceOf(CommandError);
      expect((error as Error).message).toContain('cgroup v1 is not supported');
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('0123456789abcdef');
      const calls = await fake.docker.calls();
      const asked = calls.findIndex((call) => call.includes('journalctl') && call.includes('kubelet'));
      expect(asked).toBeGreaterThan(-1);
      expect(calls.indexOf('docker rm --force --volumes x-control-plane')).toBeGreaterThan(asked);
      await nothingIsLeft();
    });

    it('a node’s container dies before its kubelet begins: its own log is asked', async () => {
      await writeFile(join(fake.dir, 'status'), 'exited');
      await writeFile(join(fake.dir, 'log'), '\u001B[0;1;31mFailed to mount cgroup\u001B[0m\r\n');
      await fake.creates(
        [kindSteps[0]],
        `echo ' • Preparing nodes 📦  ...' >&2; echo x-control-plane > "$DIR/containers"; echo ' ✗ Preparing nodes 📦' >&2
${kindFails('ERROR: failed to create cluster: could not find a log line that matches "Reached target .*Multi-User System.*|detected cgroup v1"')}`,
      );
      expect(await failure()).toMatchObject({
        name: 'NodeNotReadyError',
        step: 'nodes',
        lastWords: [{ status: 'exited', text: 'Failed to mount cgroup' }],
      });
      await nothingIsLeft();
    });

    it('kind gives up waiting, which it counts as a success', async () => {
      await fake.journal('network plugin is not ready');
      await fake.creates(
        kindSteps,
        `echo ' • Waiting ≤ 1s for control-plane = Ready ⏳  ...' >&2
echo ' ✗ Waiting ≤ 1s for control-plane = Ready ⏳' >&2
echo ' • WARNING: Timed out waiting for Ready ⚠️' >&2
touch "$DIR/kubeconfig"; exit 0`,
      );
      expect(await failure({ waitMs: 1_000 })).toMatchObject({ name: 'NodeNotReadyError', step: 'ready' });
      expect((await fake.kind.calls()).join('\n')).toContain('--wait=1000ms');
      await nothingIsLeft();
    });

    it.each([
      ['the kubelet', 'Failed to start cAdvisor: inotify_init: too many open files'],
      ['systemd', 'Failed to create control group inotify object: Too many open files'],
      ['kube-proxy', 'create fsnotify watcher: too many open files'],
    ])('the limits on inotify are too low, as %s says', async (_who, words) => {
      await fake.journal(words);
      await fake.creates(
        kindSteps.slice(0, 3),
        `echo ' • Starting control-plane 🕹️  ...' >&2\n${kindFails('ERROR: failed to create cluster: failed to init node with kubeadm: exit status 1')}`,
      );
      const error = await failure();
      expect(error).toMatchObject({ name: 'InotifyLimitError' });
      expect((error as Error).message).toContain('sysctl fs.inotify.max_user_instances=');
      await nothingIsLeft();
    });

    it('the disk is full', async () => {
      await fake.creates(
        kindSteps.slice(0, 1),
        dockerRunFails(
          'docker: Error response from daemon: mkdir /var/lib/docker/overlay2/x: no space left on device.',
        ),
      );
      expect(await failure()).toMatchObject({ name: 'DockerDiskFullError' });
      await nothingIsLeft();
    });

    it('kind says what nobody has heard before', async () => {
      await fake.creates(kindSteps, kindFails('ERROR: failed to create cluster: the moon is in the way'));
      const error = await failure();
      expect(error).toMatchObject({ name: 'KindFailedError', exitCode: 1 });
      expect((error as Error).message).toContain('the moon is in the way');
      await nothingIsLeft();
    });
  });

  it('leaves a cluster alone that has the name already', async () => {
    await writeFile(join(fake.dir, 'containers'), 'x-control-plane\n');
    expect(await failure()).toMatchObject({ name: 'NameTakenError', cluster: 'x' });
    expect((await fake.docker.calls()).filter((call) => !/^docker (ps|inspect)/.test(call))).toEqual([]);
  });

  it.each([
    ['ERROR: failed to create cluster: node(s) already exist for a cluster with the name "x"'],
    [
      'ERROR: failed to create cluster: command "docker run --name x-control-plane" failed with error: exit status 125\n\nCommand Output: docker: Error response from daemon: Conflict. The container name "/x-control-plane" is already in use by container "1f".',
    ],
  ])('leaves a cluster alone that took the name at the same moment (%s)', async (words) => {
    await fake.creates([], `echo x-control-plane > "$DIR/containers"\n${kindFails(words)}`);
    expect(await failure()).toMatchObject({ name: 'NameTakenError', cluster: 'x' });
    expect(await isThere('containers')).toBe(true);
  });

  describe('is interrupted:', () => {
    /** kind is at a step, with a process of its own that says its number, and does not end. */
    const hangs = () =>
      fake.creates(
        kindSteps.slice(0, 2),
        `touch "$DIR/kubeconfig.lock"
echo ' • Writing configuration 📜  ...' >&2
sh -c 'echo $$ > "$0/pid"; exec sleep 60' "$DIR" & wait`,
      );
    const pid = async () => Number(await readFile(join(fake.dir, 'pid'), 'utf8'));

    it('cancelled, it ends all its processes, leaves nothing and throws the reason', async () => {
      await hangs();
      const abort = new AbortController();
      const reason = new Error('the learner left');
      const creating = failure({ signal: abort.signal });
      await expect
        .poll(() => readFile(join(fake.dir, 'pid'), 'utf8').catch(() => ''), { interval: 10, timeout: 10_000 })
        .toMatch(/\d\n/);
      abort.abort(reason);
      expect(await creating).toBe(reason);
      expect(await runs(await pid())).toBe(false);
      await nothingIsLeft();
      expect(steps.at(-1)).toMatchObject({ name: 'configuration', state: 'failed' });
    });

    it('out of time, it says at which step, with the kubelet’s last words', async () => {
      await fake.journal('still pulling');
      await hangs();
      expect(await failure({ deadlineMs: 800 })).toMatchObject({
        name: 'KindTimeoutError',
        step: 'configuration',
        lastWords: [{ text: 'still pulling' }],
        message: expect.stringContaining('0.8 s (it was at: configuration)'),
      });
      expect(await runs(await pid())).toBe(false);
      await nothingIsLeft();
    });

    it('out of time at a Docker that hangs', async () => {
      await fake.docker.does('ps', 'sleep 60 & wait');
      expect(await failure({ deadlineMs: 100 })).toMatchObject({ name: 'KindTimeoutError', step: undefined });
      expect((await fake.kind.calls()).filter((call) => call.startsWith('kind '))).toEqual([]);
    });

    it('cancelled while Docker makes a container, it waits for that one too', async () => {
      // kind is gone at once, but not the docker command that it had started.
      await fake.creates(
        kindSteps.slice(0, 1),
        `echo ' • Preparing nodes 📦  ...' >&2
sh -c 'touch "$0/preparing"; trap "" TERM; sleep 0.5; echo late > "$0/containers"; touch "$0/late"' "$DIR" >/dev/null 2>&1 &
exec sleep 60`,
      );
      const abort = new AbortController();
      const creating = failure({ signal: abort.signal });
      await expect.poll(() => isThere('preparing'), { interval: 10, timeout: 10_000 }).toBe(true);
      abort.abort(new Error('enough'));
      expect(await creating).toMatchObject({ message: 'enough' });
      expect(await isThere('late')).toBe(true);
      await nothingIsLeft();
    });

    it('fails at one node while Docker still makes another: that one goes too', async () => {
      await fake.creates(
        kindSteps.slice(0, 1),
        `echo ' • Preparing nodes 📦 📦  ...' >&2
sh -c 'sleep 0.5; echo late > "$0/containers"; touch "$0/late"' "$DIR" >/dev/null 2>&1 &
echo ' ✗ Preparing nodes 📦 📦' >&2
${dockerRunFails('docker: Error response from daemon: Bind for 0.0.0.0:80 failed: port is already allocated.')}`,
      );
      expect(await failure()).toMatchObject({ name: 'PortTakenError', port: 80 });
      expect(await isThere('late')).toBe(true);
      await nothingIsLeft();
    });

    it('a listener that throws ends it, and is told no more', async () => {
      await fake.creates(kindSteps.slice(0, 2), 'exec sleep 60');
      let heard = 0;
      const error = await failure({
        onStep: ({ name }) => {
          heard++;
          if (name === 'nodes') throw new Error('our own mistake');
        },
      });
      expect(error).toMatchObject({ message: 'our own mistake' });
      expect(heard).toBe(3);
      await nothingIsLeft();
    });
  });

  describe('loses Docker in the middle:', () => {
    const gone =
      'ERROR: failed to create cluster: failed to read logs: command "docker logs -f x-control-plane" failed with error: exit status 1';
    const away = `cp "$DIR/docker.ps" "$DIR/ps"; echo 'echo "Cannot connect to the Docker daemon at unix:///d.sock." >&2; exit 1' > "$DIR/docker.ps"`;

    const lost = `echo ' • Preparing nodes 📦  ...' >&2; echo x-control-plane > "$DIR/containers"
${away}
echo ' ✗ Preparing nodes 📦' >&2
${kindFails(gone)}`;

    it('when that comes back in time, nothing is left', async () => {
      await fake.creates(kindSteps.slice(0, 1), lost);
      const creating = failure({});
      // It was asked at least once in vain.
      await expect
        .poll(async () => (await fake.docker.calls()).filter((call) => call.startsWith('docker ps')).length, {
          interval: 10,
          timeout: 10_000,
        })
        .toBeGreaterThan(2);
      await rename(join(fake.dir, 'ps'), join(fake.dir, 'docker.ps'));
      expect(await creating).toMatchObject({ name: 'DockerNotRunningError' });
      await nothingIsLeft();
    });

    it('when it stays away, it says what may be left, and why the creation ended', async () => {
      await fake.creates(kindSteps.slice(0, 1), lost);
      const error = await create({}, fake.wrapper({ dockerAwayMs: 100 })).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(LeftBehindError);
      expect(error).toMatchObject({ cluster: 'x', cause: { name: 'DockerNotRunningError' } });
      expect((error as Error).message).toContain('kind delete cluster --name x');
    });
  });
});
