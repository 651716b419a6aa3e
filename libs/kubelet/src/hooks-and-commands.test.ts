import { describe, expect, it } from 'vitest';
import { podOf, Stage } from './testing.js';

const tools = { 'app:1': { pullsIn: '0s' } };
const shell = (script: string, more: object = {}) => podOf({ container: { command: ['sh', '-c', script], ...more } });
const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] } });

describe('a command that the image does not have', () => {
  const missing = { command: ['no-such-program'] };

  it('fails the start of the container, again and again', () => {
    const stage = new Stage(podOf({ container: missing }), tools).pass(500);
    const message = expect.stringContaining(
      'exec: "no-such-program": executable file not found in $PATH',
    ) as unknown as string;
    expect(stage.container).toMatchObject({
      state: { waiting: { reason: 'RunContainerError', message } },
      lastState: {
        terminated: { reason: 'StartError', exitCode: 128, startedAt: '1970-01-01T00:00:00Z', message },
      },
    });
    expect(stage.reasons).toEqual(['Pulling', 'Pulled', 'Created', 'Failed']);
    stage.pass(10_700);
    expect(stage.container).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } });
  });

  it('fails a pod that is never started again', () => {
    const stage = new Stage(podOf({ restartPolicy: 'Never', container: missing }), tools).pass(2_000);
    expect(stage.status.phase).toBe('Failed');
    expect(stage.container?.state?.terminated).toMatchObject({ reason: 'StartError', exitCode: 128 });
  });

  it("is taken for the image's own where it has one", () => {
    const stage = new Stage(podOf({ container: missing }), { 'app:1': { serves: 8080 } }).pass(2_000);
    expect(stage.container?.ready).toBe(true);
  });
});

describe('a container that must not run as root', () => {
  it('is not made unless it names another user', () => {
    const refused = new Stage(podOf({ securityContext: { runAsNonRoot: true } }), tools).pass(1_000);
    expect(refused.container?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'container has runAsNonRoot and image will run as root (pod: "web_shop(uid-1)", container: main)',
    });
    const user = { securityContext: { runAsNonRoot: true, runAsUser: 1000 } };
    expect(new Stage(podOf({ container: user }), tools).pass(1_000).container?.ready).toBe(true);
  });
});

describe('probes by command', () => {
  it('run it among the files of the container', () => {
    const readinessProbe = { ...exec('grep -q open /tmp/state'), periodSeconds: 1 };
    const script = 'sleep 2; echo closed > /tmp/state; sleep 2; echo open > /tmp/state; sleep 1000';
    const stage = new Stage(shell(script, { readinessProbe }), tools);
    expect(stage.pass(3_500).container?.ready).toBe(false);
    expect(stage.pass(2_000).container?.ready).toBe(true);
  });

  it('tell what it wrote', () => {
    const stage = new Stage(shell('sleep 1000', { readinessProbe: exec('echo not yet; exit 1') }), tools).pass(1_000);
    expect(stage.messages('Unhealthy')).toEqual(['Readiness probe failed: not yet\n']);
  });

  it('give up a command that takes too long', () => {
    const stage = new Stage(shell('sleep 1000', { readinessProbe: exec('sleep 5') }), tools).pass(1_000);
    expect(stage.messages('Unhealthy')).toEqual([
      'Readiness probe failed: command timed out: "sh -c sleep 5" timed out after 1s',
    ]);
  });

  it('do not count a command that is not there, but tell of it', () => {
    const livenessProbe = { exec: { command: ['no-such-program'] }, failureThreshold: 1, periodSeconds: 1 };
    const stage = new Stage(shell('sleep 1000', { livenessProbe }), tools).pass(5_000);
    expect(stage.messages('Unhealthy')[0]).toContain('Liveness probe errored and resulted in unknown state: rpc error');
    expect(stage.container?.restartCount).toBe(0);
  });
});

describe('hooks', () => {
  it('after the start write into the container', () => {
    const lifecycle = { postStart: exec('echo hello > /tmp/hello') };
    const readinessProbe = { exec: { command: ['cat', '/tmp/hello'] } };
    expect(new Stage(shell('sleep 1000', { lifecycle, readinessProbe }), tools).pass(1_000).container?.ready).toBe(
      true,
    );
  });

  it('after the start that fail kill the container, which is started again', () => {
    const pod = podOf({
      terminationGracePeriodSeconds: 2,
      container: { lifecycle: { postStart: { httpGet: { port: 9999, path: '/hi' } } } },
    });
    const stage = new Stage(pod, { 'app:1': { serves: 8080, pullsIn: '0s' } }).pass(500);
    expect(stage.container).toMatchObject({
      state: {
        waiting: {
          reason: 'PostStartHookError',
          message:
            'HTTP lifecycle hook (/hi) for Container "main" in Pod "web_shop(uid-1)" failed - error: Get "http://10.244.0.5:9999/hi": dial tcp 10.244.0.5:9999: connect: connection refused',
        },
      },
      lastState: { terminated: { exitCode: 0 } },
    });
    expect(stage.reasons).toEqual(['Pulling', 'Pulled', 'Created', 'Started', 'FailedPostStartHook', 'Killing']);
    expect(stage.messages('Killing')).toEqual(['FailedPostStartHook']);
    expect(stage.pass(10_600).container?.state?.waiting?.reason).toBe('CrashLoopBackOff');
  });

  it('before the end that fail are told, and the container ends all the same', () => {
    const lifecycle = { preStop: exec('exit 3') };
    const stage = new Stage(shell('trap "exit 0" TERM; sleep 1000', { lifecycle }), tools).pass(1_000).delete();
    expect(stage.messages('FailedPreStopHook')).toEqual(['PreStopHook failed']);
    expect(stage.pass(3_000).container?.state?.terminated).toBeDefined();
  });

  it('before the end take their time of the grace', () => {
    const lifecycle = { preStop: exec('sleep 4') };
    const pod = podOf({ container: { lifecycle } });
    const stage = new Stage(pod, { 'app:1': { serves: 8080, pullsIn: '0s' } }).pass(1_000).delete();
    expect(stage.pass(3_000).container?.state?.running).toBeDefined();
    expect(stage.pass(1_500).container?.state?.terminated).toMatchObject({ exitCode: 0 });
  });
});

describe('last words', () => {
  const never = (script: string, more: object = {}) => {
    const pod = shell(script, more);
    return { ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } };
  };

  it('are taken from their file', () => {
    const stage = new Stage(never('echo disk full > /dev/termination-log; exit 5'), tools).pass(1_000);
    expect(stage.container?.state?.terminated).toMatchObject({ exitCode: 5, message: 'disk full\n' });
  });

  it('are taken from the log of a failure where the spec says so', () => {
    const policy = { terminationMessagePolicy: 'FallbackToLogsOnError' };
    const failed = new Stage(never('echo first; echo last; exit 5', policy), tools).pass(1_000);
    expect(failed.container?.state?.terminated?.message).toBe('first\nlast\n');
    const well = new Stage(never('echo fine', policy), tools).pass(1_000);
    expect(well.container?.state?.terminated?.message).toBeUndefined();
  });
});

describe('volumes that keep what is written', () => {
  const volumes = [{ name: 'data', emptyDir: {} }];
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];

  it('bring the files of an init container to the main one', () => {
    const initContainers = [
      { name: 'first', image: 'app:1', command: ['sh', '-c', 'echo hello > /data/word'], volumeMounts },
    ];
    const readinessProbe = { exec: { command: ['grep', '-q', 'hello', '/data/word'] } };
    const container = { command: ['sleep', '1000'], volumeMounts, readinessProbe };
    expect(new Stage(podOf({ volumes, initContainers, container }), tools).pass(2_000).container?.ready).toBe(true);
  });

  it('outlive a restart of the container', () => {
    const script = 'if [ -f /data/seen ]; then exit 0; fi; touch /data/seen; exit 1';
    const container = { command: ['sh', '-c', script], volumeMounts };
    const stage = new Stage(podOf({ restartPolicy: 'OnFailure', volumes, container }), tools).pass(5_000);
    expect(stage.status.phase).toBe('Succeeded');
    // Of a pod at its end only the last run is told.
    expect(stage.container).toMatchObject({ restartCount: 1, lastState: {} });
  });
});

describe('a pod whose init container failed for good', () => {
  it('leaves the main containers waiting', () => {
    const initContainers = [{ name: 'first', image: 'bad:1' }];
    const stage = new Stage(podOf({ restartPolicy: 'Never', initContainers }), {
      'app:1': {},
      'bad:1': { exits: { exitCode: 7 } },
    }).pass(5_000);
    expect(stage.status.phase).toBe('Failed');
    expect(stage.container?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
  });
});

describe('an image name in capitals', () => {
  it('is told as such', () => {
    const stage = new Stage(podOf({ container: { image: 'example.com/Web:1' } }), {}).pass(0);
    expect(stage.container?.state?.waiting?.message).toMatch(
      /invalid reference format: repository name \(Web\) must be lowercase$/,
    );
  });
});
