import { describe, expect, it } from 'vitest';
import { podOf, Stage } from './testing.js';

const conditions = (stage: Stage) =>
  Object.fromEntries(
    (stage.status.conditions ?? []).map(({ type, status, reason }) => [type, reason ? `${status} ${reason}` : status]),
  );

describe('a pod whose container runs', () => {
  it('is pending while the image is pulled, then running and ready, with the conditions of a kubelet', () => {
    const stage = new Stage(podOf(), { 'app:1': { pullsIn: '2s' } });
    stage.pass(1_000);
    expect(stage.status).toMatchObject({
      phase: 'Pending',
      hostIP: '172.30.0.2',
      startTime: '2026-01-01T00:00:00Z',
      observedGeneration: 1,
    });
    expect(stage.container).toMatchObject({
      ready: false,
      started: false,
      restartCount: 0,
      imageID: '',
      state: { waiting: { reason: 'ContainerCreating' } },
    });
    expect(conditions(stage)).toEqual({
      PodReadyToStartContainers: 'True',
      Initialized: 'True',
      Ready: 'False ContainersNotReady',
      ContainersReady: 'False ContainersNotReady',
      PodScheduled: 'True',
    });
    stage.pass(1_000);
    expect(stage.status).toMatchObject({ phase: 'Running', podIP: '10.244.0.5', podIPs: [{ ip: '10.244.0.5' }] });
    expect(stage.container).toMatchObject({
      ready: true,
      started: true,
      image: 'docker.io/library/app:1',
      imageID: expect.stringMatching(/^docker\.io\/library\/app@sha256:[0-9a-f]{64}$/) as string,
      containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/) as string,
      state: { running: { startedAt: '2026-01-01T00:00:02Z' } },
    });
    expect(conditions(stage)).toMatchObject({ Ready: 'True', ContainersReady: 'True' });
    expect(stage.events.map(({ reason, message }) => [reason, message])).toEqual([
      ['Pulling', 'Pulling image "app:1"'],
      [
        'Pulled',
        expect.stringMatching(
          /^Successfully pulled image "app:1" in 2s \(2s including waiting\)\. Image size: \d+ bytes\.$/,
        ),
      ],
      ['Created', 'Container created'],
      ['Started', 'Container started'],
    ]);
    expect(stage.events[0]?.fieldPath).toBe('spec.containers{main}');
    expect(stage.wakeAt).toBe(Infinity);
  });

  it('does not pull an image that is on the node', () => {
    const stage = new Stage(podOf(), { 'app:1': {} });
    stage.images.add('docker.io/library/app:1');
    stage.pass(0);
    expect(stage.messages('Pulled')).toEqual([
      'Container image "app:1" already present on machine and can be accessed by the pod',
    ]);
    expect(stage.status.phase).toBe('Running');
  });
});

describe('an image', () => {
  it("that no catalogue has is ErrImagePull, then ImagePullBackOff, in containerd's words", () => {
    const stage = new Stage(podOf(), {});
    stage.pass(1_000);
    expect(stage.container?.state?.waiting).toEqual({
      reason: 'ErrImagePull',
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/app:1": failed to resolve reference "docker.io/library/app:1": docker.io/library/app:1: not found',
    });
    expect(stage.messages('Failed')).toContain('Error: ErrImagePull');
    stage.pass(6_000);
    expect(stage.container?.state?.waiting?.reason).toBe('ImagePullBackOff');
    expect(stage.container?.state?.waiting?.message).toMatch(
      /^Back-off pulling image "app:1": ErrImagePull: rpc error/,
    );
    expect(stage.messages('BackOff')[0]).toBe('Back-off pulling image "app:1"');
    expect(stage.messages('Failed')).toContain('Error: ImagePullBackOff');
    expect(stage.status.phase).toBe('Pending');
  });

  it('that appears in the catalogue is pulled at the next attempt', () => {
    const stage = new Stage(podOf(), {});
    stage.pass(6_000);
    stage.catalogue['app:1'] = {};
    stage.pass(20_000);
    expect(stage.status.phase).toBe('Running');
  });

  it('with a name that is none is InvalidImageName', () => {
    const stage = new Stage(podOf({ container: { image: 'Not An Image' } }), {});
    stage.pass(0);
    expect(stage.container?.state?.waiting?.reason).toBe('InvalidImageName');
    expect(stage.reasons).toEqual(['InspectFailed', 'Failed']);
  });

  it('that must not be pulled and is not there is ErrImageNeverPull', () => {
    const stage = new Stage(podOf({ container: { imagePullPolicy: 'Never' } }), { 'app:1': {} });
    stage.pass(0);
    expect(stage.container?.state?.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "app:1" is not present with pull policy of Never',
    });
  });
});

describe('a container that crashes', () => {
  const crashing = { 'app:1': { crashes: { exitCode: 3, after: '1s', logs: 'panic: no DATABASE_URL' } } };

  it('is started again at once, then after 10, 20, 40 … s of CrashLoopBackOff', () => {
    const stage = new Stage(podOf(), crashing);
    stage.pass(120_000);
    const starts = stage.events.filter(({ reason }) => reason === 'Started').map(({ at }) => Math.round(at / 1000));
    expect(starts.slice(0, 5)).toEqual([0, 2, 14, 35, 76]);
    // The kubelet tells of a back-off when it looks again: after a minute of it, or just before the next start.
    expect(stage.container).toMatchObject({
      restartCount: 4,
      ready: false,
      started: false,
      state: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    stage.pass(20_000);
    expect(stage.container).toMatchObject({
      restartCount: 4,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: 'back-off 1m20s restarting failed container=main pod=web_shop(uid-1)',
        },
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    expect(stage.status.phase).toBe('Running');
    expect(stage.messages('BackOff')[0]).toBe('Back-off restarting failed container main in pod web_shop(uid-1)');
  });

  it('waits no longer than five minutes', () => {
    const stage = new Stage(podOf(), crashing);
    stage.pass(3_600_000);
    expect(stage.container?.state?.waiting?.message).toContain('back-off 5m0s');
  });

  it('begins anew after ten minutes of running', () => {
    const stage = new Stage(podOf(), { 'app:1': { crashes: { exitCode: 1, after: '11m' } } });
    stage.pass(30 * 60_000);
    expect(stage.container?.restartCount).toBe(2);
    expect(stage.messages('BackOff')).toEqual([]);
  });

  it('keeps its back-off and its count when the kubelet is started again', () => {
    const stage = new Stage(podOf(), crashing);
    stage.pass(40_000);
    const before = stage.container;
    expect(before).toMatchObject({ restartCount: 3, state: { terminated: { exitCode: 3 } } });
    stage.restart();
    stage.pass(10_000);
    expect(stage.container).toEqual(before);
    stage.pass(30_000);
    expect(stage.container?.restartCount).toBe(4);
    stage.pass(60_000);
    expect(stage.container?.state?.waiting?.message).toContain('back-off 1m20s');
  });

  it('shows the log of the run and of the one before', () => {
    const stage = new Stage(podOf(), crashing);
    stage.pass(5_000);
    const [play] = stage.machine.plays;
    const text = (previous: boolean) => {
      const found = play && stage.machine.logOf(play, previous);
      return found?.state === 'found' ? [...found.log.plan.output(10_000)].map((line) => line.text) : found;
    };
    expect(text(false)).toEqual(['panic: no DATABASE_URL']);
    expect(text(true)).toEqual(['panic: no DATABASE_URL']);
  });

  it('does not crash when what it misses is there', () => {
    const catalogue = { 'app:1': { crashes: { exitCode: 1, when: { missingEnv: 'DATABASE_URL' } } } };
    const without = new Stage(podOf(), catalogue).pass(12_000);
    const present = new Stage(podOf({ container: { env: [{ name: 'DATABASE_URL', value: 'x' }] } }), catalogue).pass(
      5_000,
    );
    expect(without.messages('BackOff')).toHaveLength(1);
    expect(present.container?.ready).toBe(true);
  });

  it('is OOMKilled when it needs more memory than its limit', () => {
    const stage = new Stage(podOf({ container: { resources: { limits: { memory: '64Mi' } } } }), {
      'app:1': { memory: '65Mi' },
    });
    stage.pass(1_000);
    expect(stage.container?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });
});

describe('configuration', () => {
  const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'cm', key: 'x' } } }];

  it('that is missing is CreateContainerConfigError, and is taken when it appears', () => {
    const stage = new Stage(podOf({ container: { env } }), { 'app:1': {} });
    stage.pass(1_000);
    expect(stage.container?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "cm" not found',
    });
    expect(stage.messages('Failed')).toEqual(['Error: configmap "cm" not found']);
    stage.objects.set('ConfigMap/shop/cm', { y: '1' });
    stage.pass(6_000);
    expect(stage.container?.state?.waiting?.message).toBe("couldn't find key x in ConfigMap shop/cm");
    stage.objects.set('ConfigMap/shop/cm', { x: '1' });
    stage.pass(6_000);
    expect(stage.container?.ready).toBe(true);
    expect(stage.container?.restartCount).toBe(0);
  });

  it('that is optional may be missing', () => {
    const optional = [{ name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'x', optional: true } } }];
    const stage = new Stage(
      podOf({ container: { env: optional, envFrom: [{ configMapRef: { name: 'no', optional: true } }] } }),
      { 'app:1': {} },
    );
    expect(stage.pass(1_000).container?.ready).toBe(true);
  });

  it('of a volume that is missing keeps the pod ContainerCreating with FailedMount events', () => {
    const volumes = [{ name: 'keys', secret: { secretName: 'tls' } }];
    const stage = new Stage(podOf({ volumes, container: { volumeMounts: [{ name: 'keys', mountPath: '/keys' }] } }), {
      'app:1': {},
    });
    stage.pass(3_000);
    expect(stage.container?.state?.waiting).toEqual({ reason: 'ContainerCreating' });
    expect(stage.messages('FailedMount')[0]).toBe(
      'MountVolume.SetUp failed for volume "keys" : secret "tls" not found',
    );
    expect(stage.status.podIP).toBeUndefined();
    expect(conditions(stage)['PodReadyToStartContainers']).toBe('False');
    stage.objects.set('Secret/shop/tls', { key: 'k' });
    expect(stage.pass(9_000).container?.ready).toBe(true);
  });
});

describe('init containers and sidecars', () => {
  const init = (name: string, image: string, restartPolicy?: string) => ({
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(restartPolicy ? { restartPolicy } : {}),
  });

  it('run one after the other before the main containers', () => {
    const catalogue = {
      'app:1': {},
      'one:1': { exits: { exitCode: 0, after: '2s' } },
      'two:1': { exits: { exitCode: 0, after: '2s' } },
    };
    const stage = new Stage(podOf({ initContainers: [init('a', 'one:1'), init('b', 'two:1')] }), catalogue);
    stage.pass(1_000);
    expect(stage.status.phase).toBe('Pending');
    expect(stage.container?.state?.waiting?.reason).toBe('PodInitializing');
    expect(conditions(stage)['Initialized']).toBe('False ContainersNotInitialized');
    expect(stage.status.conditions?.[1]?.message).toBe('containers with incomplete status: [a b]');
    stage.pass(2_000);
    expect(stage.status.initContainerStatuses?.map((one) => one.ready)).toEqual([true, false]);
    stage.pass(3_000);
    expect(stage.status).toMatchObject({ phase: 'Running' });
    expect(stage.events.find((event) => event.reason === 'Started')?.fieldPath).toBe('spec.initContainers{a}');
  });

  it('that fail are restarted, or fail the pod when it is never to be restarted', () => {
    const catalogue = { 'app:1': {}, 'one:1': { exits: { exitCode: 1 } } };
    const again = new Stage(podOf({ initContainers: [init('a', 'one:1')] }), catalogue).pass(11_300);
    expect(again.status.phase).toBe('Pending');
    expect(again.status.initContainerStatuses?.[0]?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    const never = new Stage(podOf({ restartPolicy: 'Never', initContainers: [init('a', 'one:1')] }), catalogue).pass(
      5_000,
    );
    expect(never.status.phase).toBe('Failed');
  });

  it('that are sidecars run beside the main container and end after it', () => {
    const catalogue = { 'app:1': { exits: { exitCode: 0, after: '3s' } }, 'side:1': {} };
    const stage = new Stage(
      podOf({ restartPolicy: 'Never', initContainers: [init('side', 'side:1', 'Always')] }),
      catalogue,
    );
    stage.pass(2_000);
    expect(stage.status.initContainerStatuses?.[0]).toMatchObject({ started: true, ready: true });
    expect(stage.status.phase).toBe('Running');
    stage.pass(3_000);
    expect(stage.status.phase).toBe('Succeeded');
    expect(stage.messages('Killing')).toEqual(['Stopping container side']);
  });
});

describe('probes', () => {
  it('hold readiness back until the port answers', () => {
    const readinessProbe = { httpGet: { port: 8080 }, periodSeconds: 2 };
    const stage = new Stage(podOf({ container: { readinessProbe } }), { 'app:1': { serves: 8080, startsIn: '5s' } });
    stage.pass(4_000);
    expect(stage.container).toMatchObject({ ready: false, started: true });
    expect(stage.messages('Unhealthy')[0]).toBe(
      'Readiness probe failed: Get "http://10.244.0.5:8080/": dial tcp 10.244.0.5:8080: connect: connection refused',
    );
    stage.pass(3_000);
    expect(stage.container?.ready).toBe(true);
    expect(stage.wakeAt).toBe(Infinity);
  });

  it('at a wrong path fail for ever, with the status in the message', () => {
    const readinessProbe = { httpGet: { port: 8080, path: 'health' } };
    const stage = new Stage(podOf({ container: { readinessProbe } }), {
      'app:1': { serves: 8080, paths: ['/healthz'] },
    });
    stage.pass(60_000);
    expect(stage.container?.ready).toBe(false);
    expect(new Set(stage.messages('Unhealthy'))).toEqual(
      new Set(['Readiness probe failed: HTTP probe failed with statuscode: 404']),
    );
  });

  it('of liveness restart the container after the threshold', () => {
    const livenessProbe = { httpGet: { port: 'http' }, periodSeconds: 5, failureThreshold: 2 };
    const container = { livenessProbe, ports: [{ name: 'http', containerPort: 8080 }] };
    const stage = new Stage(podOf({ container }), { 'app:1': { serves: 8080, unhealthyAfter: '20s' } });
    stage.pass(30_000);
    expect(stage.messages('Unhealthy')).toEqual(
      Array(2).fill('Liveness probe failed: HTTP probe failed with statuscode: 500'),
    );
    expect(stage.messages('Killing')).toEqual(['Container main failed liveness probe, will be restarted']);
    expect(stage.container?.restartCount).toBe(1);
  });

  it('of startup hold the others back, and kill what never starts', () => {
    const startupProbe = { tcpSocket: { port: 8080 }, periodSeconds: 2, failureThreshold: 30 };
    const livenessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
    const slow = new Stage(podOf({ container: { startupProbe, livenessProbe } }), {
      'app:1': { serves: 8080, startsIn: '15s' },
    });
    slow.pass(10_000);
    expect(slow.container).toMatchObject({ started: false, ready: false });
    slow.pass(10_000);
    expect(slow.container).toMatchObject({ started: true, ready: true, restartCount: 0 });
    const never = new Stage(podOf({ container: { startupProbe: { ...startupProbe, failureThreshold: 3 } } }), {
      'app:1': { serves: 9090 },
    });
    never.pass(7_000);
    expect(never.messages('Killing')).toEqual(['Container main failed startup probe, will be restarted']);
  });

  it('that succeed cost no waking', () => {
    const probe = { httpGet: { port: 8080 }, periodSeconds: 1 };
    const stage = new Stage(podOf({ container: { readinessProbe: probe, livenessProbe: probe } }), {
      'app:1': { serves: 8080 },
    });
    stage.pass(5_000);
    const { wakes } = stage;
    stage.pass(3_600_000);
    expect(stage.wakes).toBe(wakes);
  });
});

describe('an end', () => {
  it('of a pod that is never restarted is Succeeded or Failed', () => {
    const done = new Stage(podOf({ restartPolicy: 'Never' }), {
      'app:1': { exits: { exitCode: 0, after: '1s' } },
    }).pass(3_000);
    expect(done.status.phase).toBe('Succeeded');
    expect(done.container?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(conditions(done)).toMatchObject({
      Initialized: 'True PodCompleted',
      Ready: 'False PodCompleted',
      PodReadyToStartContainers: 'False',
    });
    const failed = new Stage(podOf({ restartPolicy: 'Never' }), {
      'app:1': { exits: { exitCode: 7, after: '1s' } },
    }).pass(3_000);
    expect(failed.status.phase).toBe('Failed');
    expect(conditions(failed)).toMatchObject({ Ready: 'False PodFailed' });
  });

  it('with OnFailure comes only after a success', () => {
    const stage = new Stage(podOf({ restartPolicy: 'OnFailure' }), {
      'app:1': { exits: { exitCode: 1, after: '1s' } },
    });
    stage.pass(5_000);
    expect(stage.status.phase).toBe('Running');
    expect(stage.container?.restartCount).toBe(1);
  });

  it('by deletion stops the containers, within the grace period', () => {
    const stage = new Stage(podOf(), { 'app:1': { stopsIn: '5s' } });
    stage.pass(1_000);
    stage.delete(30);
    expect(stage.messages('Killing')).toEqual(['Stopping container main']);
    stage.pass(4_000);
    expect(stage.machine.terminal).toBe(false);
    stage.pass(2_000);
    expect(stage.machine.terminal).toBe(true);
    expect(stage.container?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  it('by deletion kills what does not listen, and waits for preStop', () => {
    const lifecycle = { preStop: { exec: { command: ['sh', '-c', 'sleep 3'] } } };
    const stubborn = new Stage(podOf({ container: { command: ['sleep', 'infinity'] } }), { 'app:1': {} });
    stubborn.pass(1_000).delete(10).pass(9_000);
    expect(stubborn.machine.terminal).toBe(false);
    stubborn.pass(1_500);
    expect(stubborn.container?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    const polite = new Stage(podOf({ container: { lifecycle } }), { 'app:1': {} });
    polite.pass(1_000).delete(30).pass(2_500);
    expect(polite.machine.terminal).toBe(false);
    polite.pass(1_000);
    expect(polite.machine.terminal).toBe(true);
  });

  it('by the active deadline is Failed with DeadlineExceeded', () => {
    const stage = new Stage(podOf({ activeDeadlineSeconds: 5 }), { 'app:1': {} }).pass(6_000);
    expect(stage.status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(stage.machine.terminal).toBe(true);
  });
});

describe('a container whose image is changed in place', () => {
  const changeImage = (stage: Stage, image: string) => {
    const { pod } = stage.machine;
    const containers = pod.spec.containers.map((one) => ({ ...one, image }));
    stage.machine.pod = { ...pod, spec: { ...pod.spec, containers } };
    stage.poke();
  };

  it('is stopped and started with the new one', () => {
    const stage = new Stage(podOf({ restartPolicy: 'Never' }), { 'app:1': {}, 'app:2': {} });
    stage.pass(5_000);
    changeImage(stage, 'app:2');
    expect(stage.messages('Killing')).toEqual(['Container main definition changed, will be restarted']);
    stage.pass(5_000);
    expect(stage.container).toMatchObject({ image: 'docker.io/library/app:2', restartCount: 1, ready: true });
  });

  it('does not wait for the back-off of the old one', () => {
    const lost = new Stage(podOf(), { 'app:2': {} });
    lost.pass(60_000);
    changeImage(lost, 'app:2');
    expect(lost.pass(1_000).container?.ready).toBe(true);
    const crashing = new Stage(podOf(), { 'app:1': { crashes: { exitCode: 1 } }, 'app:2': {} });
    crashing.pass(60_000);
    changeImage(crashing, 'app:2');
    expect(crashing.pass(1_500).container?.ready).toBe(true);
  });
});

describe('a kubelet that is started again', () => {
  it('changes nothing of a pod that runs', () => {
    const readinessProbe = { httpGet: { port: 8080 } };
    const stage = new Stage(podOf({ container: { readinessProbe, command: ['sh', '-c', 'sleep 1; serve'] } }), {
      'app:1': { serves: 8080 },
    });
    stage.pass(30_000);
    const { status } = stage;
    const { length } = stage.events;
    expect(status.containerStatuses?.[0]?.ready).toBe(true);
    stage.restart();
    stage.pass(60_000);
    expect(stage.status).toEqual(status);
    expect(stage.events.length).toBe(length);
  });

  it('lets a job that ended meanwhile end', () => {
    const stage = new Stage(podOf({ restartPolicy: 'Never', container: { command: ['sleep', '30'] } }), {
      'app:1': {},
    });
    stage.pass(5_000);
    stage.now += 600_000;
    stage.restart();
    stage.pass(2_000);
    expect(stage.status.phase).toBe('Succeeded');
  });

  it('does not bring back a pod that passed its deadline', () => {
    const stage = new Stage(podOf({ activeDeadlineSeconds: 5 }), { 'app:1': {} }).pass(6_000);
    const { status } = stage;
    stage.restart();
    stage.pass(60_000);
    expect(stage.status).toEqual(status);
  });

  it('keeps a finished pod finished', () => {
    const stage = new Stage(podOf({ restartPolicy: 'Never' }), { 'app:1': { exits: { exitCode: 2, after: '1s' } } });
    stage.pass(3_000);
    const { status } = stage;
    stage.restart();
    stage.pass(60_000);
    expect(stage.status).toEqual(status);
  });
});
