import type { ImageCatalogue } from '@kubedan/contracts';
import { behaviourOf } from './images.js';
import type { Lookup, Need } from './lookups.js';
import { hasProgram, planOfContainer } from './plan-of-container.js';
import { PodMachine } from './pod-machine.js';
import type { MachineEvent } from './pod-scene.js';
import type { Container, Pod, PodStatus } from './pod-types.js';

export const START = Date.parse('2026-01-01T00:00:00Z');

/** A pod with one container `main` of image `app`, unless said otherwise. */
export function podOf(spec: Partial<Pod['spec']> & { container?: Partial<Container> } = {}): Pod {
  const { container, ...rest } = spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', uid: 'uid-1', generation: 1 },
    spec: {
      restartPolicy: 'Always',
      nodeName: 'n1',
      containers: [{ name: 'main', image: 'app:1', imagePullPolicy: 'IfNotPresent', ...container }],
      ...rest,
    },
    status: { phase: 'Pending' },
  };
}

/** Plays one pod in held time: what the kubelet would be told and would write. */
export class Stage {
  now = START;
  readonly events: (MachineEvent & { at: number })[] = [];
  readonly history: { at: number; status: PodStatus }[] = [];
  readonly objects = new Map<string, Record<string, string>>();
  readonly images = new Set<string>();
  /** What a container takes to answer a probe; set it before anything else when it is to be asked each time. */
  probeMs = 0;
  wakes = 0;
  machine: PodMachine;
  wakeAt = START;

  constructor(
    pod: Pod,
    readonly catalogue: ImageCatalogue,
    private readonly backoffScale = 1,
  ) {
    this.machine = this.#machineOf(pod);
  }

  /** As when the kubelet's process is started again: all that is left is what was written. */
  restart(): void {
    const pod = { ...this.machine.pod, status: structuredClone(this.status) };
    this.machine = this.#machineOf(pod);
    this.wakeAt = this.now;
  }

  get status(): PodStatus {
    return this.machine.status();
  }
  get container() {
    return this.status.containerStatuses?.[0];
  }
  get reasons(): string[] {
    return this.events.map((event) => event.reason);
  }
  messages(reason: string): string[] {
    return this.events.filter((event) => event.reason === reason).map((event) => event.message);
  }

  /** Lets so many milliseconds pass, waking the machine when it asks for it. */
  pass(milliseconds: number): this {
    const end = this.now + milliseconds;
    for (;;) {
      if (this.wakeAt > end) break;
      this.now = Math.max(this.now, this.wakeAt);
      this.poke();
    }
    this.now = end;
    return this;
  }

  /** Advances the machine at this moment. */
  poke(): this {
    this.wakes += 1;
    const known = new Set<string>();
    this.#fresh = known;
    for (let round = 0; round < 20; round++) {
      const { events, needs, wakeAt } = this.machine.advance(this.now);
      this.events.push(...events.map((event) => ({ ...event, at: this.now - START })));
      this.wakeAt = wakeAt;
      for (const need of needs) known.add(keyOf(need));
      if (!needs.length) break;
    }
    const status = this.machine.status();
    if (JSON.stringify(this.history.at(-1)?.status) !== JSON.stringify(status))
      this.history.push({ at: this.now - START, status });
    this.machine.pod = { ...this.machine.pod, status: structuredClone(status) };
    return this;
  }

  /** Someone deletes the pod. */
  delete(graceSeconds = 30): this {
    const metadata = {
      ...this.machine.pod.metadata,
      deletionTimestamp: 'now',
      deletionGracePeriodSeconds: graceSeconds,
    };
    this.machine.pod = { ...this.machine.pod, metadata };
    return this.poke();
  }

  #fresh = new Set<string>();
  #lookUp = (need: Need): Lookup => {
    if (!this.#fresh.has(keyOf(need))) return { state: 'unknown' };
    const data = this.objects.get(keyOf(need));
    return data ? { state: 'present', data } : { state: 'absent' };
  };

  #machineOf(pod: Pod): PodMachine {
    return new PodMachine(
      pod,
      {
        seed: 'seed',
        hostIP: '172.30.0.2',
        rootCA: 'a root',
        lookUp: (need) => this.#lookUp(need),
        behaviourOf: (image) => behaviourOf(this.catalogue, image),
        hasProgram: (image) => hasProgram(behaviourOf(this.catalogue, image)),
        isOnNode: (image) => this.images.has(image),
        putOnNode: (image) => this.images.add(image),
        allocateIP: () => '10.244.0.5',
        podAt: () => undefined,
        backoffScale: this.backoffScale,
        planOf: planOfContainer,
        probeMs: () => this.probeMs,
        counted: () => undefined,
        probesAreUneven: () => this.probeMs > 0,
      },
      this.now,
    );
  }
}

const keyOf = ({ kind, namespace, name }: Need) => `${kind}/${namespace}/${name}`;
