import { describe, expect, it } from 'vitest';
import { differencesOf, judge, listedIn, ListUnreadableError } from './differences.js';
import { Blotter, eventLine, flatten } from './observation.js';

const pod = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more } });

describe('what differs', () => {
  const embedded = new Map([
    ['status.phase', 'Running'],
    ['status.reason', 'x'],
  ]);
  const kind = new Map([
    ['status.phase', 'Pending'],
    ['status.message', 'y'],
  ]);

  it('is told with what each side shows, nothing being a dash', () => {
    expect(differencesOf('case', embedded, kind)).toEqual([
      { case: 'case', where: 'status.message', embedded: '–', kind: 'y' },
      { case: 'case', where: 'status.phase', embedded: 'Running', kind: 'Pending' },
      { case: 'case', where: 'status.reason', embedded: 'x', kind: '–' },
    ]);
  });

  it('is left out where the case says so', () => {
    const ignores = [{ path: /phase|reason/, because: 'of the test' }];
    expect(differencesOf('case', embedded, kind, ignores)).toHaveLength(1);
  });

  it('is right when it is listed, and the list is wrong when it is not needed', () => {
    const listed = listedIn(
      ['| `ca*` | `status.phase` | `Running` | `*` | why |', '| `*` | `status.gone` | `*` | `–` | why |'].join('\n'),
    );
    const judged = judge(differencesOf('case', embedded, kind), listed);
    expect(judged.unlisted.map(({ where }) => where)).toEqual(['status.message', 'status.reason']);
    expect(judged.listedCount).toBe(1);
    expect(judged.outdated).toEqual([listed[1]]);
  });

  it('is listed with a reason', () => {
    expect(() => listedIn('| `a` | `b` | `c` | `d` | |')).toThrow(ListUnreadableError);
  });
});

describe('what is blotted out', () => {
  it('is what any two clusters have of their own', () => {
    const blotter = new Blotter('f-x', [
      pod('web-5d8f-abcde', { generateName: 'web-5d8f-', labels: { 'pod-template-hash': '5d8f' } }),
    ]);
    expect(blotter.blot('pod web-5d8f-abcde_f-x(0b8f6a3e-1c2d-4e5f-8a9b-0c1d2e3f4a5b) at 10.244.1.7:80')).toBe(
      'pod web-<hash>-<random>_<namespace>(<uid>) at <ip>:80',
    );
    expect(blotter.blot('back-off 10s restarting; 2 (5s ago)')).toBe('back-off 10s restarting; 2 (<age> ago)');
    expect(blotter.blot('a namespace f-xy is another')).toBe('a namespace f-xy is another');
  });

  it('leaves of drawn values and moments only that they are there', () => {
    const lines = new Map<string, string>();
    const containerStatuses = [
      { name: 'main', containerID: 'containerd://1', state: { running: { startedAt: 'now' } } },
    ];
    flatten({ podIP: '', containerStatuses, conditions: [{ type: 'Ready', lastProbeTime: null }] }, 'status', lines);
    expect(Object.fromEntries(lines)).toEqual({
      'status.podIP': '""',
      'status.containerStatuses[main].containerID': '<set>',
      'status.containerStatuses[main].state.running.startedAt': '<time>',
      'status.conditions[Ready].lastProbeTime': 'null',
    });
  });

  it('leaves of an Event of what, type, reason, message and who says it', () => {
    const event = {
      ...pod('web.1'),
      involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{main}' },
      type: 'Normal',
      reason: 'Started',
      message: 'Container started\n',
      reportingComponent: 'kubelet',
    };
    expect(eventLine(event, new Blotter('f-x', []))).toBe(
      'Pod/web spec.containers{main}: Normal Started: Container started (kubelet)',
    );
  });
});
