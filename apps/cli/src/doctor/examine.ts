import { programNames, programs as programSources } from '@kubedan/binaries';
import { EmbeddedProvider } from '@kubedan/clusters';
import type { readConfig } from '@kubedan/server/config';
import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import type { Finding } from './finding.js';
import { realClusters } from './real-clusters.js';
import { terminals } from './terminals.js';

const run = promisify(execFile);
/** Programs, a prepared plane, PostgreSQL and a few sessions. */
const enoughBytes = 3e9;
/** A plane takes about 170 MB, the server with PostgreSQL 300. */
const enoughMemory = 1.5e9;

type Config = ReturnType<typeof readConfig>;

/** Looks at all that Kubedan wants of this machine; changes nothing. Findings come in the order of their weight. */
export async function examine(config: Config): Promise<Finding[]> {
  const findings = await Promise.all([
    node(),
    platform(),
    programs(config),
    postgres(config),
    port(config),
    disk(config),
    memory(),
    terminals(),
    realClusters(config),
  ]);
  return findings.flat();
}

function node(): Finding {
  const good = Number(process.versions.node.split('.')[0]) >= 22;
  return {
    what: 'Node',
    state: good ? 'good' : 'missing',
    found: process.versions.node,
    ...(good ? {} : { remedy: 'Start with npm start, which brings Node 24, or install Node 22 or later.' }),
  };
}

async function platform(): Promise<Finding> {
  await using provider = new EmbeddedProvider({
    dir: '.',
    programs: () => Promise.reject(new Error('not needed to probe')),
  });
  const availability = await provider.probe();
  const found = `${process.platform} ${process.arch}`;
  if (availability.usable) return { what: 'embedded clusters', state: 'good', found };
  return { what: 'embedded clusters', state: 'missing', found: availability.reason.en, remedy: availability.remedy.en };
}

/** Which programs are here already; the others are fetched or built at the first start. */
async function programs({ storage }: Config): Promise<Finding[]> {
  // The cache holds much else, a Docker's data among it.
  const cached = path.join(storage.KUBEDAN_CACHE_DIR, 'bin');
  const dirs = [storage.KUBEDAN_BIN_DIR, cached].filter((dir) => dir !== undefined);
  const here: string[] = [];
  for (const name of programNames) if ((await findBelow(dirs, name)) !== undefined) here.push(name);
  const absent = programNames.filter((name) => !here.includes(name));
  const go = await run('go', ['version']).then(
    ({ stdout }) => /go(\d+\.\d+\S*)/.exec(stdout)?.[1],
    () => undefined,
  );
  const version = programSources['kube-apiserver'].version;
  const findings: Finding[] = [
    absent.length === 0
      ? { what: 'programs', state: 'good', found: `all ${here.length} of Kubernetes ${version} are in the cache` }
      : {
          what: 'programs',
          state: 'limited',
          found: `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not here yet`,
          remedy:
            'The first start downloads them, or builds them with Go where no release page can be reached; kubedan programs does it now.',
        },
  ];
  findings.push(
    go === undefined
      ? {
          what: 'Go',
          state: absent.length === 0 ? 'good' : 'limited',
          found: 'not installed',
          remedy: 'Only needed where no release page can be reached: install Go 1.25 or later.',
        }
      : { what: 'Go', state: 'good', found: go },
  );
  return findings;
}

async function findBelow(dirs: readonly string[], name: string): Promise<string | undefined> {
  for (const dir of dirs) {
    const files = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
    const found = files.find((file) => file.isFile() && file.name === name);
    if (found !== undefined) return path.join(found.parentPath, found.name);
  }
  return undefined;
}

async function postgres({ storage }: Config): Promise<Finding> {
  if (storage.KUBEDAN_DATABASE_URL !== undefined) {
    return { what: 'PostgreSQL', state: 'good', found: `your own, at ${new URL(storage.KUBEDAN_DATABASE_URL).host}` };
  }
  const supported =
    (process.platform === 'linux' || process.platform === 'darwin') && ['x64', 'arm64'].includes(process.arch);
  if (supported) return { what: 'PostgreSQL', state: 'good', found: 'embedded, on a unix socket' };
  return {
    what: 'PostgreSQL',
    state: 'missing',
    found: 'no embedded one for this platform',
    remedy: 'Set KUBEDAN_DATABASE_URL to a PostgreSQL of yours.',
  };
}

async function port({ http }: Config): Promise<Finding> {
  const where = `${http.KUBEDAN_HOST}:${http.KUBEDAN_PORT}`;
  const server = createServer();
  try {
    server.listen(http.KUBEDAN_PORT, http.KUBEDAN_HOST);
    await once(server, 'listening');
    return { what: 'port', state: 'good', found: `${where} is free` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      what: 'port',
      state: 'missing',
      found: `${where}: ${code ?? String(error)}`,
      remedy: 'Stop what listens there (it may be Kubedan itself), or set KUBEDAN_PORT.',
    };
  } finally {
    server.close();
  }
}

async function disk({ storage }: Config): Promise<Finding[]> {
  const dirs = [...new Set([storage.KUBEDAN_DATA_DIR, storage.KUBEDAN_CACHE_DIR])];
  return Promise.all(
    dirs.map(async (dir): Promise<Finding> => {
      const existing = await nearestFolder(dir);
      const { bavail, bsize } = await statfs(existing);
      const free = bavail * bsize;
      const writable = await access(existing, constants.W_OK).then(
        () => true,
        () => false,
      );
      if (!writable)
        return {
          what: 'disk',
          state: 'missing',
          found: `${existing} cannot be written`,
          remedy: 'Set KUBEDAN_DATA_DIR and KUBEDAN_CACHE_DIR to folders of yours.',
        };
      const found = `${(free / 1e9).toFixed(1)} GB free for ${dir}`;
      return free >= enoughBytes
        ? { what: 'disk', state: 'good', found }
        : {
            what: 'disk',
            state: 'limited',
            found,
            remedy: `Free some space: about ${enoughBytes / 1e9} GB are wanted.`,
          };
    }),
  );
}

async function nearestFolder(dir: string): Promise<string> {
  const facts = await stat(dir).catch(() => undefined);
  return facts?.isDirectory() ? dir : nearestFolder(path.dirname(dir));
}

async function memory(): Promise<Finding> {
  const { availableMemory } = process;
  const free = availableMemory.call(process);
  const found = `${(free / 1e9).toFixed(1)} GB available`;
  return free >= enoughMemory
    ? {
        what: 'memory',
        state: 'good',
        found: `${found}: about ${Math.max(1, Math.floor((free - 0.5e9) / 0.25e9))} sessions at once`,
      }
    : {
        what: 'memory',
        state: 'limited',
        found,
        remedy: `Close something: ${enoughMemory / 1e9} GB are wanted for a first session.`,
      };
}
