import { KubeForbiddenError, KubeNotFoundError, systemClock, type KubeClient } from '@kubedan/kube';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EventRecorder } from './event-recorder.js';

const pod = { kind: 'Pod', apiVersion: 'v1', namespace: 'shop', name: 'web', uid: 'u' } as const;
const text = { type: 'Normal', reason: 'Killing', message: 'Stopping container web' } as const;

/** @returns what the recorder tells of when the API server refuses an event with this error */
async function told(refusal: Error): Promise<unknown[]> {
  const errors: unknown[] = [];
  const client = { create: () => Promise.reject(refusal) } as unknown as KubeClient;
  new EventRecorder(client, systemClock, 'kubelet', (problem) => errors.push(problem)).record(pod, text);
  // The event is sent at once; its refusal is dealt with before the next turn.
  await setImmediate();
  return errors;
}

describe('EventRecorder', () => {
  it('says nothing when events are refused because their namespace is being deleted, or gone', async () => {
    // As API server 1.35 words it.
    const terminating = {
      reason: 'Forbidden',
      message: 'unable to create new content in namespace shop because it is being terminated',
      details: {
        name: 'web.1',
        kind: 'events',
        causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }],
      },
    };
    expect(await told(new KubeForbiddenError(403, terminating))).toEqual([]);
    const gone = { reason: 'NotFound', details: { name: 'shop', kind: 'namespaces' } };
    expect(await told(new KubeNotFoundError(404, gone))).toEqual([]);
  });

  it('tells of every other refusal', async () => {
    const forbidden = new KubeForbiddenError(403, { reason: 'Forbidden', message: 'not yours' });
    expect(await told(forbidden)).toEqual([forbidden]);
    const broken = new Error('the line broke');
    expect(await told(broken)).toEqual([broken]);
  });
});
