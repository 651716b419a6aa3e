import { describe, expect, it } from 'vitest';
import { podOf, Stage } from './testing.js';

const catalogue = { 'app:1': { serves: 8080, work: { cpu: '10ms' } } };

describe('a container that is busy', () => {
  const readinessProbe = { httpGet: { port: 8080, path: '/up' }, periodSeconds: 5, failureThreshold: 2 };
  const livenessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 5, failureThreshold: 1 };

  it('becomes unready when it answers its probe too late, and ready again when it does not', () => {
    const stage = new Stage(podOf({ container: { readinessProbe, livenessProbe } }), catalogue);
    stage.probeMs = 400;
    stage.pass(20_000);
    expect(stage.container?.ready).toBe(true);
    stage.probeMs = 1_200;
    stage.pass(15_000);
    expect(stage.container?.ready).toBe(false);
    expect(stage.messages('Unhealthy')[0]).toBe(
      'Readiness probe failed: Get "http://10.244.0.5:8080/up": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    );
    // Its port takes connections all the while.
    expect(stage.container?.restartCount).toBe(0);
    stage.probeMs = 1;
    stage.pass(15_000);
    expect(stage.container?.ready).toBe(true);
  });

  it('is waited for as long as its probe says', () => {
    const patient = { ...readinessProbe, timeoutSeconds: 3 };
    const stage = new Stage(podOf({ container: { readinessProbe: patient } }), catalogue);
    stage.probeMs = 2_900;
    stage.pass(20_000);
    expect(stage.container?.ready).toBe(true);
  });

  it('is started again when a probe by gRPC is answered too late', () => {
    const grpc = { grpc: { port: 8080 }, periodSeconds: 5, failureThreshold: 1, initialDelaySeconds: 5 };
    const stage = new Stage(podOf({ container: { livenessProbe: grpc } }), catalogue);
    stage.probeMs = Infinity;
    stage.pass(12_000);
    expect(stage.messages('Unhealthy')[0]).toBe(
      'Liveness probe failed: timeout: health rpc did not complete within 1s',
    );
    expect(stage.container?.restartCount).toBe(1);
  });
});

describe('a container that the kernel kills', () => {
  it('ends with 137 and is started again', () => {
    const stage = new Stage(podOf(), catalogue);
    stage.pass(5_000);
    stage.machine.killForMemory('main');
    stage.poke();
    expect(stage.container?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    stage.pass(30_000);
    expect(stage.container).toMatchObject({ ready: true, restartCount: 1 });
    expect(stage.container?.lastState?.terminated?.reason).toBe('OOMKilled');
  });

  it('is left alone when it does not run', () => {
    const stage = new Stage(podOf(), { 'app:1': { startsIn: '1s' } });
    stage.machine.killForMemory('main');
    stage.machine.killForMemory('nobody');
    stage.pass(5_000);
    expect(stage.container?.restartCount).toBe(0);
  });
});
