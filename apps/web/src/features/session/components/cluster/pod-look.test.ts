import { describe, expect, it } from 'vitest';
import { lookOf } from './pod-look';

const pod = (state: string, ready = false, terminating = false) => ({ state, ready, terminating });

describe('lookOf', () => {
  it('tells pods that serve from those that are on their way', () => {
    expect(lookOf(pod('Running', true))).toBe('ready');
    expect(lookOf(pod('Running'))).toBe('starting');
    expect(lookOf(pod('ContainerCreating'))).toBe('starting');
    expect(lookOf(pod('Init:0/1'))).toBe('starting');
  });

  it('sees trouble in every state that a kubelet names so', () => {
    const states = [
      'CrashLoopBackOff',
      'ImagePullBackOff',
      'ErrImagePull',
      'CreateContainerConfigError',
      'OOMKilled',
      'Error',
      'Init:Error',
      'Evicted',
    ];
    expect(states.filter((state) => lookOf(pod(state)) !== 'trouble')).toEqual([]);
  });

  it('lets a pod that ends leave, whatever else it says', () => {
    expect(lookOf(pod('Running', true, true))).toBe('leaving');
    expect(lookOf(pod('Completed'))).toBe('done');
  });
});
