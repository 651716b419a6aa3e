import { describe, expect, it } from 'vitest';
import { podOf, Stage } from './testing.js';

const Mi = 2 ** 20;
const tools = { 'tools:1': {} };

/** What the only container of a pod uses after so many milliseconds. */
const usageAfter = (stage: Stage, milliseconds: number) => {
  stage.pass(milliseconds);
  return stage.machine.running(stage.now)[0]?.usage;
};

describe('what a container uses', () => {
  it('is next to nothing when its image says nothing', () => {
    const stage = new Stage(podOf(), { 'app:1': {} });
    expect(usageAfter(stage, 5_000)).toEqual({ cpuMillicores: 1, memoryBytes: 6 * Mi });
  });

  it('is what its image says, but no more CPU than its limit', () => {
    const image = { memory: '64Mi', work: { background: { cpu: '700m' } } };
    const free = usageAfter(new Stage(podOf(), { 'app:1': image }), 5_000);
    expect(free?.cpuMillicores).toBeCloseTo(700);
    expect(free?.memoryBytes).toBe(64 * Mi);
    const limits = { cpu: '250m', memory: '1Gi' };
    const limited = new Stage(podOf({ container: { resources: { limits } } }), { 'app:1': image });
    expect(usageAfter(limited, 5_000)).toEqual({ cpuMillicores: 250, memoryBytes: 64 * Mi });
  });

  it('comes and goes with work that is done now and then', () => {
    const image = { work: { background: { cpu: '1', every: '10s', lasts: '2s' } } };
    const stage = new Stage(podOf(), { 'app:1': image });
    const seconds = Array.from({ length: 30 }, () => usageAfter(stage, 1_000)?.cpuMillicores);
    expect(seconds.filter((cpu) => cpu === 1000)).toHaveLength(6);
    expect(seconds.filter((cpu) => cpu === 1)).toHaveLength(24);
  });

  it('is all of a core for a script that never rests, and nothing for one that sleeps', () => {
    const script = (text: string) =>
      new Stage(podOf({ container: { image: 'tools:1', command: ['sh', '-c', text] } }), tools);
    expect(usageAfter(script('while true; do :; done'), 5_000)?.cpuMillicores).toBe(1000);
    expect(usageAfter(script('while true; do sleep 1; done'), 5_000)?.cpuMillicores).toBe(1);
  });

  it('is nothing for containers that do not run', () => {
    const stage = new Stage(podOf({ restartPolicy: 'Never' }), { 'app:1': { exits: { exitCode: 0, after: '1s' } } });
    stage.pass(500);
    expect(stage.machine.running(stage.now)).toHaveLength(1);
    stage.pass(5_000);
    expect(stage.machine.running(stage.now)).toEqual([]);
  });
});
