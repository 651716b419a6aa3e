import { createHash } from 'node:crypto';

// Between the container ranges of systemd and the sign bit; see https://systemd.io/UIDS-GIDS/.
const firstUid = 0x70000000;
const uidCount = 0x0ff00000;

/**
 * The host user that a workspace's processes and files belong to when the server runs as root: never root, and (but for
 * a hash collision, which costs shared counters only) no one else's. Undefined for a server that is not root: its
 * sandboxes run as its own user.
 * @param workspace absolute path
 */
export function hostUserOf(workspace: string, serverUid = process.getuid?.()): number | undefined {
  if (serverUid !== 0) return undefined;
  return firstUid + (createHash('sha256').update(workspace).digest().readUInt32BE(0) % uidCount);
}
