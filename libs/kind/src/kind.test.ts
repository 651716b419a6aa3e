import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Kind } from './kind.js';
import { FakeKind } from './kind.fixture.js';

describe('Kind', () => {
  let fake: FakeKind;
  let kind: Kind;
  beforeEach(async () => {
    fake = await FakeKind.make();
    kind = fake.wrapper();
  });
  afterEach(() => fake[Symbol.asyncDispose]());

  it('knows its version', async () => {
    await fake.kind.does('version', 'echo "kind v0.34.0-alpha.57+fed268827e21ca go1.26.8 linux/amd64"');
    expect(await kind.version()).toEqual({
      version: 'v0.34.0-alpha.57+fed268827e21ca',
      go: 'go1.26.8',
      platform: 'linux/amd64',
    });
    await fake.kind.does('version', 'echo "something else"');
    await expect(kind.version()).rejects.toThrow('"something else" is no version of kind');
  });

  it('lists clusters and nodes, and none where there are none', async () => {
    await fake.kind.does('get', 'printf "one\\ntwo\\n"');
    expect(await kind.listClusters()).toEqual(['one', 'two']);
    expect(await kind.listNodes('one')).toEqual(['one', 'two']);
    await fake.kind.does('get', 'echo "No kind clusters found." >&2');
    expect(await kind.listClusters()).toEqual([]);
    expect((await fake.kind.calls()).slice(0, 2)).toEqual(['kind get clusters', 'kind get nodes --name=one']);
  });

  it('reads a kubeconfig, and says when there is no such cluster', async () => {
    await fake.kind.does('get', 'echo "apiVersion: v1"');
    expect(await kind.kubeconfig('x', { internal: true })).toBe('apiVersion: v1');
    expect(await fake.kind.calls()).toEqual(['kind get kubeconfig --name=x --internal']);
    await fake.kind.fails(
      'get',
      "ERROR: could not locate any control plane nodes for cluster named 'x'. Use the --name option to select a different cluster",
    );
    await expect(kind.kubeconfig('x')).rejects.toMatchObject({ name: 'ClusterNotFoundError', exitCode: 1 });
  });

  describe('deleting', () => {
    const path = () => join(fake.dir, 'kubeconfig');
    const isThere = () =>
      access(path()).then(
        () => true,
        () => false,
      );
    const cluster = (name: string) => `clusters:\n- cluster:\n    server: https://127.0.0.1:1\n  name: ${name}\n`;

    it('takes the kubeconfig along', async () => {
      await writeFile(path(), cluster('kind-x'));
      await fake.kind.does('delete', 'echo "kind: Config" > "$DIR/kubeconfig"');
      await kind.delete({ name: 'x', kubeconfigPath: path() });
      expect(await isThere()).toBe(false);
      expect(await fake.kind.calls()).toEqual([`kind delete cluster --name=x --kubeconfig=${path()}`]);
    });

    it('leaves a kubeconfig that other clusters are in', async () => {
      await writeFile(path(), cluster('theirs'));
      await fake.kind.does('delete', ':');
      await kind.delete({ name: 'x', kubeconfigPath: path() });
      expect(await readFile(path(), 'utf8')).toContain('theirs');
    });

    it('keeps the user’s own kubeconfig out of it', async () => {
      await fake.kind.does('delete', ':');
      await kind.delete({ name: 'x' });
      const [, used = ''] = /--kubeconfig=(\S+)/.exec((await fake.kind.calls())[0] ?? '') ?? [];
      expect(used).toMatch(/^\/.*kind-.*\/kubeconfig$/);
      await expect(access(used)).rejects.toThrow('ENOENT');
    });
  });

  it('loads images and archives, into all nodes or some', async () => {
    await fake.kind.does('load', ':');
    await kind.loadImages({ name: 'x', images: ['shop/web:1', 'shop/web:2'] });
    await kind.loadImages({ name: 'x', images: [] });
    await kind.loadArchive({ name: 'x', path: '/tmp/a.tar', nodes: ['x-worker', 'x-worker2'] });
    expect(await fake.kind.calls()).toEqual([
      'kind load docker-image --name=x -- shop/web:1 shop/web:2',
      'kind load image-archive --name=x --nodes=x-worker,x-worker2 -- /tmp/a.tar',
    ]);
    await fake.kind.fails('load', 'ERROR: image: "shop/web:3" not present locally');
    await expect(kind.loadImages({ name: 'x', images: ['shop/web:3'] })).rejects.toMatchObject({
      name: 'ImageMissingError',
      image: 'shop/web:3',
    });
    for (const words of ['no nodes found for cluster "x"', 'unknown node: "y"']) {
      await fake.kind.fails('load', `ERROR: ${words}`);
      await expect(kind.loadArchive({ name: 'x', path: '/a' })).rejects.toMatchObject({ name: 'ClusterNotFoundError' });
    }
  });

  it('exports logs to a folder', async () => {
    await fake.kind.does('export', 'echo "$5"');
    await kind.exportLogs({ name: 'x', dir: '/tmp/logs' });
    expect(await fake.kind.calls()).toEqual(['kind export logs --name=x -- /tmp/logs']);
    await fake.kind.fails('export', 'ERROR: unknown cluster "x"');
    await expect(kind.exportLogs({ name: 'x', dir: '/tmp/logs' })).rejects.toMatchObject({
      name: 'ClusterNotFoundError',
    });
  });

  it('builds a node image, telling what kind says', async () => {
    await fake.kind.does('build', 'echo "Starting to build Kubernetes" >&2; echo "Image build completed." >&2');
    const lines: string[] = [];
    await kind.buildNodeImage({
      source: 'v1.35.4',
      type: 'release',
      image: 'node:1',
      deadlineMs: 10_000,
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(['Starting to build Kubernetes', 'Image build completed.']);
    expect(await fake.kind.calls()).toEqual(['kind build node-image --type=release --image=node:1 -- v1.35.4']);
    await fake.kind.does('build', 'sleep 60 & wait');
    await expect(kind.buildNodeImage({ source: 'v1.35.4', deadlineMs: 100 })).rejects.toMatchObject({
      name: 'KindTimeoutError',
      message: expect.stringContaining('kind build took longer than 0.1 s'),
    });
  });

  it('refuses a name before it asks kind', async () => {
    for (const name of ['', 'X', '-x', 'x-', 'a b', 'x/y', '--all']) {
      await expect(kind.delete({ name })).rejects.toMatchObject({ name: 'KindInvalidError' });
    }
    expect(await fake.kind.calls()).toEqual([]);
  });
});
