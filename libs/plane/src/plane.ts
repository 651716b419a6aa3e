import { EventEmitter } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeClient, orAborted, type KubeCredentials } from '@kubedan/kube';
import type { CoreProgramName } from '@kubedan/binaries';
import { ApiSocket } from './api-socket.js';
import { apiServerArguments, controllerManagerArguments, etcdArguments, schedulerArguments } from './arguments.js';
import { Component, pidFileOf, type ComponentName, type Exit } from './component.js';
import { EgressProxy, type Dialer } from './egress.js';
import { DiskFullError, PlaneDeadlineError, PlaneFailedError } from './errors.js';
import { HealthGate } from './health-gate.js';
import { writeKubeconfigs, type PlanePaths, type PlaneSecrets, type UserName } from './plane-files.js';
import { releasePort, reservePort } from './ports.js';
import { StoreMemory } from './store-memory.js';
import { accepts, exists, readyPathOfClone, until } from './readiness.js';

/** A component ended by itself and is started again. */
export interface PlaneCrash {
  component: ComponentName;
  exit: Exit;
  /** Last lines of its log. */
  lastWords: string;
  /** Milliseconds until it is started again. */
  restartsIn: number;
}

export interface PlaneEvents {
  crashed: [PlaneCrash];
  /** A component crashes again and again; nothing restarts it any more. */
  failed: [PlaneFailedError];
  /** The API server had to take another port: `credentials` name it now, earlier copies lead nowhere. */
  moved: [];
}

/** A running control plane. */
export interface Plane {
  readonly id: string;
  /** All name the API server's TCP port. `admin` is the set-up's user; all but `learner` are in system:masters. */
  readonly credentials: Record<UserName | 'admin', KubeCredentials>;
  /** A unix socket that leads to the API server over raw TCP bytes; mode 0600. */
  readonly apiSocketPath: string;
  /** JSON lines of audit.k8s.io/v1 Event; rotated at 10 MB. */
  readonly auditLogPath: string;
  /** For the servers that play kubelets and aggregated APIs; the API server does not verify it, as only the dialer can answer. */
  readonly kubeletServing: { cert: string; key: string };
  /** Process ids of what runs now. */
  readonly pids: Partial<Record<ComponentName, number>>;
  /** Remembers all that the plane holds, so that it can hold just that again. @throws EtcdError, the signal's reason */
  remember(signal: AbortSignal): Promise<StoreMemory>;
  on<Name extends keyof PlaneEvents>(event: Name, call: (...details: PlaneEvents[Name]) => void): unknown;
  off<Name extends keyof PlaneEvents>(event: Name, call: (...details: PlaneEvents[Name]) => void): unknown;
}

export interface RunningPlaneOptions {
  id: string;
  paths: PlanePaths;
  secrets: PlaneSecrets;
  programs: Record<Exclude<CoreProgramName, 'kubectl' | 'helm'>, string>;
  dial: Dialer;
  /** See PlaneHostOptions. */
  brief: boolean;
  nodeGraceSeconds: number;
  /** Port of an earlier run, taken again if it is free. */
  port?: number;
  /**
   * What etcd holds: nothing yet, a copy of the prepared one (which still names the authority of the plane that it was
   * copied from), or this plane's own state of an earlier run.
   */
  etcd: 'empty' | 'copied' | 'own';
  log: (line: string) => void;
}

const restartAfterMs = [100, 500, 2_000, 5_000, 10_000, 10_000];
/** A component that ran this long has recovered: its next crash counts as the first. */
const recoveredAfterMs = 60_000;
/** Other programs that take ports at the very moment are few; so many clashes in a row mean something else. */
const portAttempts = 20;

class PortTakenError extends Error {}

export class RunningPlane extends EventEmitter<PlaneEvents> implements Plane {
  readonly id: string;
  readonly credentials: Record<UserName | 'admin', KubeCredentials>;
  readonly #options: RunningPlaneOptions;
  readonly #components: Record<ComponentName, Component>;
  readonly #egress: EgressProxy;
  readonly #apiSocket: ApiSocket;
  readonly #stopped = new AbortController();
  #port = 0;
  #supervised = false;

  constructor(options: RunningPlaneOptions) {
    super();
    this.#options = options;
    this.id = options.id;
    const { paths, secrets, programs } = options;
    const user = (name: UserName): KubeCredentials => ({ server: '', ca: secrets.ca, ...secrets.users[name] });
    this.credentials = {
      admin: user('setup'),
      setup: user('setup'),
      grader: user('grader'),
      learner: user('learner'),
      nodes: user('nodes'),
    };
    const component = (name: ComponentName, cwd: string, list: () => string[], env: Record<string, string>) =>
      new Component({
        name,
        program: programs[name],
        arguments: list,
        cwd,
        // Nothing of our own environment (proxies, secrets) is a plane's business.
        env: { PATH: '/usr/bin:/bin', HOME: paths.dir, ...(options.brief ? { GOGC: '400' } : env) },
        logFile: paths.log(name),
        pidFile: pidFileOf(paths.dir, name),
      });
    // Memory is dearer than the collector's time: a plane is idle most of its life.
    this.#components = {
      etcd: component('etcd', paths.etcdDir, () => etcdArguments(paths), { GOGC: '50' }),
      'kube-apiserver': component('kube-apiserver', paths.dir, () => apiServerArguments(paths, this.#port), {
        GOGC: '35',
      }),
      'kube-controller-manager': component(
        'kube-controller-manager',
        paths.dir,
        () => controllerManagerArguments(paths, options.nodeGraceSeconds),
        { GOGC: '50' },
      ),
      'kube-scheduler': component('kube-scheduler', paths.dir, () => schedulerArguments(paths), { GOGC: '50' }),
    };
    this.#egress = new EgressProxy({ planeId: this.id, serving: secrets.kubeletServing }, options.dial, (line) =>
      options.log(`plane ${this.id}: egress ${line}`),
    );
    this.#apiSocket = new ApiSocket(() => this.#port);
  }

  get apiSocketPath(): string {
    return this.#options.paths.apiSocket;
  }
  get auditLogPath(): string {
    return this.#options.paths.auditLog;
  }
  get kubeletServing(): { cert: string; key: string } {
    return this.#options.secrets.kubeletServing;
  }
  get port(): number {
    return this.#port;
  }
  get pids(): Partial<Record<ComponentName, number>> {
    return Object.fromEntries(
      Object.values(this.#components).flatMap((one) => (one.pid === undefined ? [] : [[one.name, one.pid]])),
    );
  }

  remember(signal: AbortSignal): Promise<StoreMemory> {
    return StoreMemory.of(this.#options.paths.etcdSocket, signal);
  }

  /**
   * Starts all components and waits until the API server is ready, the default ServiceAccount is there and the controllers
   * work. On any failure everything is stopped again.
   * @param deadlineMs milliseconds that it may take
   * @throws PlaneFailedError, PlaneDeadlineError, DiskFullError, or the signal's reason
   */
  async start(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const { paths } = this.#options;
    try {
      await removeAll([paths.egressSocket, paths.apiSocket]);
      await Promise.all([this.#egress.listen(paths.egressSocket), this.#apiSocket.listen(paths.apiSocket)]);
      const deadline = AbortSignal.timeout(deadlineMs);
      let wanted = this.#options.port;
      for (let attempt = 1; ; attempt++) {
        await this.#takePort(wanted);
        try {
          await this.#startComponents(deadline, deadlineMs, signal);
          break;
        } catch (error) {
          if (!(error instanceof PortTakenError) || attempt === portAttempts) throw error;
          this.#options.log(`plane ${this.id}: port ${this.#port} was taken by another program, trying another port`);
          await Promise.all(Object.values(this.#components).map((component) => component.stop()));
          wanted = undefined;
        }
      }
      this.#supervise();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #startComponents(deadline: AbortSignal, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const { paths, secrets } = this.#options;
    const copied = this.#options.etcd === 'copied';
    const ended = new AbortController();
    const stop = AbortSignal.any([deadline, ended.signal, this.#stopped.signal, ...(signal ? [signal] : [])]);
    const {
      etcd,
      'kube-apiserver': api,
      'kube-controller-manager': manager,
      'kube-scheduler': scheduler,
    } = this.#components;
    let waitingFor: ComponentName = 'etcd';
    let failed: Component | undefined;
    const offs = Object.values(this.#components).map((component) => {
      const onExit = () => {
        // The controller manager gives up when the API server is not healthy within 10 s, as on a busy machine.
        if (component === manager && component.ranForMs > 5_000 && !stop.aborted) {
          void component.start().catch(() => ended.abort());
          return;
        }
        failed ??= component;
        ended.abort();
      };
      component.on('exit', onExit);
      return () => component.off('exit', onExit);
    });
    const gate = this.#options.etcd === 'empty' ? undefined : await this.#openGate();
    await using client = new KubeClient(this.credentials.setup, { userAgent: 'kubedan-plane', connections: 1 });
    const get = async (path: string) => client.request('GET', path, undefined, { signal: stop }).catch(() => undefined);
    const isThere = async (path: string) => (await get(path))?.status === 200;
    const startedAt = performance.now();
    const took: string[] = [];
    const mark = (what: string) => took.push(`${what} ${Math.round(performance.now() - startedAt)}`);
    try {
      stop.throwIfAborted();
      await removeAll([paths.etcdSocket, paths.etcdPeerSocket]);
      await Promise.all([etcd.start(), ...(gate ? [manager.start()] : [])]);
      await until(() => exists(paths.etcdSocket), 2, stop);
      mark('etcd');
      if (gate) {
        waitingFor = 'kube-controller-manager';
        await orAborted(gate.asked, stop);
        gate.leave();
        mark('gate');
      }
      waitingFor = 'kube-apiserver';
      await api.start();
      // The API server listens long before it serves; whoever connects meanwhile waits in the kernel's queue.
      await until(() => accepts(this.#port), 5, stop);
      mark('listening');
      await scheduler.start();
      await until(() => isThere(gate ? readyPathOfClone : '/readyz'), 5, stop);
      mark('ready');
      if (gate) gate.open();
      else await manager.start();
      waitingFor = 'kube-controller-manager';
      await until(() => isThere('/api/v1/namespaces/default/serviceaccounts/default'), 5, stop);
      mark('ServiceAccount');
      if (copied || !gate) {
        // The copied etcd names the authority of another plane: that ours takes its place shows that the controllers work.
        const path = '/api/v1/namespaces/default/configmaps/kube-root-ca.crt';
        await until(async () => rootCertificate((await get(path))?.body) === secrets.ca, 5, stop);
        mark('controllers');
      }
      this.#options.log(`plane ${this.id}: started (ms: ${took.join(', ')})`);
    } catch (error) {
      signal?.throwIfAborted();
      if (this.#stopped.signal.aborted) throw error;
      const component = failed ?? this.#components[waitingFor];
      const words = await component.lastWords();
      if (/address already in use/.test(words) && failed === api) throw new PortTakenError();
      if (/no space left on device/i.test(words)) throw new DiskFullError(paths.dir, { cause: error });
      if (failed) throw new PlaneFailedError(this.id, component.name, 'ended while the plane was starting', words);
      if (deadline.aborted) {
        throw new PlaneDeadlineError(this.id, component.name, `was not ready after ${deadlineMs / 1000} s`, words);
      }
      throw error;
    } finally {
      for (const off of offs) off();
      // The controller manager must not see its connection break before it has read its answer.
      if (failed || stop.aborted) gate?.close();
    }
  }

  async #openGate(): Promise<HealthGate> {
    const { paths } = this.#options;
    const gate = new HealthGate({
      cert: await readFile(paths.pkiFile('server.crt'), 'utf8'),
      key: await readFile(paths.pkiFile('server.key'), 'utf8'),
    });
    try {
      await gate.listen(this.#port);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? new PortTakenError() : error;
    }
    return gate;
  }

  async #takePort(wanted?: number): Promise<void> {
    if (this.#port) releasePort(this.#port);
    this.#port = await reservePort(wanted);
    for (const credentials of Object.values(this.credentials)) credentials.server = `https://127.0.0.1:${this.#port}`;
    await writeKubeconfigs(this.#options.paths, this.#port);
  }

  #supervise(): void {
    this.#supervised = true;
    for (const component of Object.values(this.#components)) {
      let crashes = 0;
      let startedAt = performance.now();
      const restart = async (exit: Exit) => {
        if (performance.now() - startedAt > recoveredAfterMs) crashes = 0;
        const restartsIn = restartAfterMs[crashes++];
        const lastWords = await component.lastWords();
        if (!this.#supervised) return;
        if (restartsIn === undefined) {
          this.emit('failed', new PlaneFailedError(this.id, component.name, 'crashes again and again', lastWords));
          return;
        }
        this.#options.log(`plane ${this.id}: ${component.name} ended (${exit.signal ?? exit.code}), starting it again`);
        this.emit('crashed', { component: component.name, exit, lastWords, restartsIn });
        await delay(restartsIn, undefined, { signal: this.#stopped.signal });
        startedAt = performance.now();
        await this.#restart(component, /address already in use/.test(lastWords));
      };
      component.on('exit', (exit) => {
        if (!this.#supervised) return;
        restart(exit).catch((error: unknown) => {
          if (this.#stopped.signal.aborted) return;
          this.emit(
            'failed',
            new PlaneFailedError(this.id, component.name, 'could not be started again', String(error), {
              cause: error,
            }),
          );
        });
      });
    }
  }

  async #restart(component: Component, portTaken: boolean): Promise<void> {
    const { paths } = this.#options;
    if (component.name === 'etcd') await removeAll([paths.etcdSocket, paths.etcdPeerSocket]);
    if (component.name === 'kube-apiserver' && portTaken) {
      await this.#takePort();
      this.emit('moved');
      // They read their kubeconfig at the start alone; the supervisor starts them again.
      for (const name of ['kube-controller-manager', 'kube-scheduler'] as const) this.#components[name].kill();
    }
    if (this.#supervised) await component.start();
  }

  /** Ends every process and socket; the directory stays, ready for another start. With `flush` etcd writes all it has. */
  async stop(options: { flush?: boolean } = {}): Promise<void> {
    this.#supervised = false;
    this.#stopped.abort(new Error(`Plane ${this.id} was stopped.`));
    const { etcd, ...stateless } = this.#components;
    const rest = Promise.all(Object.values(stateless).map((component) => component.stop()));
    if (options.flush) await rest;
    await Promise.all([
      rest,
      etcd.stop(options.flush ? 'SIGTERM' : 'SIGKILL'),
      this.#egress.close(),
      this.#apiSocket.close(),
    ]);
    if (this.#port) releasePort(this.#port);
    this.removeAllListeners();
  }

  async trimLogs(): Promise<void> {
    await Promise.all(Object.values(this.#components).map((component) => component.trimLog()));
  }
}

async function removeAll(paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}

function rootCertificate(configMap: unknown): string | undefined {
  return (configMap as { data?: Record<string, string> } | undefined)?.data?.['ca.crt'];
}
