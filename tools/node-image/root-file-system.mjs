// The node's root file system, from Debian packages.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../bootstrap/run.mjs';
import { debianPackages, debianRelease } from './versions.mjs';

/** Every file is as old as that at most (2026-01-01), so that the same packages make the same bytes. */
const epoch = '1767225600';

/** Units that a node has no use for, and what documents: a quarter of the size, and a second of the start. */
const trims = [
  'rm -f "$1"/etc/systemd/system/*.wants/* "$1"/usr/lib/systemd/system/multi-user.target.wants/*',
  'rm -f "$1"/usr/lib/systemd/system/local-fs.target.wants/* "$1"/usr/lib/systemd/system/basic.target.wants/*',
  'rm -f "$1"/usr/lib/systemd/system/sockets.target.wants/*udev* "$1"/usr/lib/systemd/system/sockets.target.wants/*initctl*',
  'rm -f "$1"/usr/lib/systemd/system/sysinit.target.wants/*',
  'rm -rf "$1"/etc/cni/net.d "$1"/usr/share/zoneinfo "$1"/usr/share/bash-completion "$1"/usr/lib/udev/hwdb.d',
  // A machine's identity is made at its first start.
  ': > "$1"/etc/machine-id; rm -f "$1"/var/lib/dbus/machine-id "$1"/etc/resolv.conf "$1"/etc/hostname',
];

const hashOfInputs = () =>
  createHash('sha256')
    .update(JSON.stringify([debianRelease, debianPackages, trims, epoch]))
    .digest('hex')
    .slice(0, 16);

/**
 * @param {string} cache folder
 * @returns {Promise<string>} path of a tar file
 * @throws {Error} with the last words of mmdebstrap
 */
export async function rootFileSystem(cache) {
  const file = path.join(cache, `root-${hashOfInputs()}.tar`);
  if (existsSync(file)) return file;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, '.root-'));
  try {
    const part = path.join(work, 'root.tar');
    const { code, output } = await run(
      'mmdebstrap',
      [
        '--mode=root',
        '--variant=minbase',
        '--format=tar',
        '--aptopt=APT::Install-Recommends "false"',
        ...['doc', 'man', 'locale', 'info', 'lintian'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
        `--include=${debianPackages.join(',')}`,
        ...trims.map((command) => `--customize-hook=${command}`),
        debianRelease,
        part,
        ...(await debianSources(work)),
      ],
      { quiet: true, cwd: '/', env: { ...process.env, SOURCE_DATE_EPOCH: epoch, TMPDIR: work } },
    );
    if (code !== 0) throw new Error(`mmdebstrap failed:\n${output.trim().split('\n').slice(-12).join('\n')}`);
    await rename(part, file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return file;
}

/** Where this machine gets its own Debian packages from; none, for mmdebstrap's own default, where it is no such Debian. */
async function debianSources(work) {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(await readdir(folder).catch(() => [])).map((name) => path.join(folder, name)),
  ];
  const chosen = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (file.endsWith('.sources')) {
      const suite = new RegExp(`^Suites:(.*\\s)?${debianRelease}(-\\w+)?(\\s|$)`, 'm');
      const stanzas = text
        .split(/\n\s*\n/)
        .filter((stanza) => suite.test(stanza) && /^Components:.*\bmain\b/m.test(stanza));
      if (stanzas.length > 0) chosen.push({ name: path.basename(file), text: `${stanzas.join('\n\n')}\n` });
    } else if (file.endsWith('.list')) {
      const lines = text
        .split('\n')
        .filter((line) => new RegExp(`^deb .*\\s${debianRelease}(-\\w+)? .*\\bmain\\b`).test(line));
      if (lines.length > 0) chosen.push({ name: path.basename(file), text: `${lines.join('\n')}\n` });
    }
  }
  const paths = [];
  for (const { name, text } of chosen) {
    const copy = path.join(work, name);
    await writeFile(copy, text);
    paths.push(copy);
  }
  return paths;
}
