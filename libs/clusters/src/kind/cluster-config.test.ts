import { kindConfigSchema } from '@kubedan/kind';
import { learnerRoleRules } from '@kubedan/plane';
import { describe, expect, it } from 'vitest';
import { realLearnerRules } from './access.js';
import { ClusterFiles } from './cluster-files.js';
import { clusterConfig } from './cluster-config.js';
import { Installation } from './names.js';
import { pickSubnet } from './networks.js';

describe('a kind cluster of ours', () => {
  it('is what kind accepts, with as many nodes as were asked for, named as labs name them', () => {
    const config = clusterConfig({ nodes: 3, port: 12345, files: new ClusterFiles('/data/one') });
    expect(kindConfigSchema.safeParse(config).error).toBeUndefined();
    expect(config.nodes?.map(({ role }) => role)).toEqual(['control-plane', 'worker', 'worker']);
    expect(
      config.nodes?.map(({ kubeadmConfigPatches }) => kubeadmConfigPatches?.join('').match(/node-\d/)?.[0]),
    ).toEqual(['node-1', 'node-2', 'node-3']);
    expect(config.networking).toMatchObject({ apiServerAddress: '127.0.0.1', apiServerPort: 12345 });
  });

  it('is known by its name, and another installation does not take it for its own', () => {
    const [ours, theirs] = [new Installation('/data/a'), new Installation('/data/b')];
    const id = '0f8fad5b-d9cb-469f-a165-70867728950e-12';
    expect(ours.idOf(ours.nameOf(id))).toBe(id);
    expect(theirs.idOf(ours.nameOf(id))).toBeUndefined();
    expect(ours.idOf('kind')).toBeUndefined();
    // A node's host name: Linux takes 64 characters, kubeadm 63.
    expect(`${ours.nameOf(id)}-control-plane`.length).toBeLessThan(64);
  });

  it('has addresses that no other network here has', () => {
    const blocks = [5, 5, 300];
    const taken = new Set(['10.211.0.80/28']);
    expect(pickSubnet(taken, () => blocks.shift() ?? 0)).toBe('10.211.18.192/28');
  });
});

describe('what a learner may do on real nodes', () => {
  const verbsOn = (rules: typeof learnerRoleRules, group: string, resource: string) =>
    rules
      .filter(({ apiGroups, resources }) => apiGroups?.includes(group) && resources?.includes(resource))
      .flatMap(({ verbs }) => verbs);

  it('is what they may do on played ones, without what leads out of a container', () => {
    expect(verbsOn(realLearnerRules, '', 'persistentvolumes')).toEqual(
      verbsOn(learnerRoleRules, '', 'persistentvolumes').filter((verb) => verb !== 'create'),
    );
    expect(verbsOn(realLearnerRules, 'storage.k8s.io', 'storageclasses')).toEqual(['get', 'list', 'watch']);
    expect(verbsOn(realLearnerRules, '', 'pods/ephemeralcontainers')).toEqual([]);
    for (const resource of ['pods', 'services', 'persistentvolumeclaims', 'pods/resize', 'pods/exec']) {
      expect(verbsOn(realLearnerRules, '', resource)).toEqual(verbsOn(learnerRoleRules, '', resource));
    }
    expect(realLearnerRules.filter(({ nonResourceURLs }) => nonResourceURLs)).toHaveLength(1);
  });
});
