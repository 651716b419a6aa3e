import { constants } from 'node:fs';
import { lchown, lstat, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { entryOf, walk, withParent } from './confined.js';

/** Gives a workspace to the host user that its sandbox runs as. Must not run while a sandbox uses it. */
export async function ownWorkspace(workspace: string, user: number | undefined): Promise<void> {
  await mkdir(workspace, { recursive: true, mode: 0o700 });
  if (user === undefined) return;
  await walk(workspace, async ({ parent, name, stat }) => {
    // A file of several names may have one elsewhere; the sandbox cannot make such, so it is not the workspace's.
    const shared = stat.isFile() && stat.nlink > 1 && stat.uid === 0;
    if (stat.uid !== user && !shared) await lchown(entryOf(parent, name), user, user);
    return true;
  });
  await lchown(workspace, user, user);
}

/** Replaces a file of the workspace in one step; folders on the way are made. All belongs to the workspace's owner. */
export async function replaceFile(
  workspace: string,
  path: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  const owner = await lstat(workspace);
  const foreign = owner.uid !== process.getuid?.();
  await withParent(
    workspace,
    path,
    async (parent, name) => {
      const before = await lstat(entryOf(parent, name)).catch(() => undefined);
      if (before?.isSymbolicLink()) throw Object.assign(new Error('a link'), { code: 'ELOOP' });
      const fresh = entryOf(parent, `.${randomBytes(8).toString('hex')}.new`);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      const file = await open(fresh, flags, 0o600);
      try {
        await file.writeFile(content);
        if (foreign) await file.chown(owner.uid, owner.gid);
        await file.chmod(mode ?? (before?.isFile() ? before.mode & 0o777 : 0o644));
        await rename(fresh, entryOf(parent, name));
      } catch (error) {
        await unlink(fresh).catch(() => {});
        throw error;
      } finally {
        await file.close();
      }
    },
    async (parent, name) => {
      await mkdir(entryOf(parent, name), { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      if (foreign) await lchown(entryOf(parent, name), owner.uid, owner.gid);
    },
  );
}

const kubeconfigPath = '.kube/config';

/**
 * Puts the kubeconfig into the home, unless the one there still holds the same credentials: a learner's own contexts
 * and namespaces outlive a reload, and a new cluster gets its new file.
 */
export async function placeKubeconfig(workspace: string, kubeconfig: string): Promise<void> {
  const present = await withParent(workspace, kubeconfigPath, async (parent, name) => {
    const file = await open(entryOf(parent, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      return stat.isFile() && stat.size < 1024 * 1024 ? await readFile(file, 'utf8') : '';
    } finally {
      await file.close();
    }
  }).catch(() => '');
  const secrets = [
    ...kubeconfig.matchAll(/(?:client-certificate-data|token|certificate-authority-data): *["']?([^\s"',}]+)/g),
  ];
  if (secrets.length > 0 && secrets.every(([, secret]) => present.includes(secret as string))) return;
  if (secrets.length === 0 && present === kubeconfig) return;
  // Whatever stands in the way (a link, a folder named config) is the learner's doing: it is put aside.
  for (const path of ['.kube', kubeconfigPath]) {
    await withParent(workspace, path, async (parent, name) => {
      const stat = await lstat(entryOf(parent, name));
      const fine = path === '.kube' ? stat.isDirectory() : stat.isFile();
      if (!fine)
        await rename(entryOf(parent, name), entryOf(parent, `${name}.aside-${randomBytes(4).toString('hex')}`));
    }).catch(() => {});
  }
  await replaceFile(workspace, kubeconfigPath, kubeconfig, 0o600);
}
