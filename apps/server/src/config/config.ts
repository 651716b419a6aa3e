import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import { millisecondsOf, providerNames } from '@kubedan/contracts';
import { z } from 'zod';
import { ConfigInvalidError } from './config-invalid.error.js';

const whole = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `allowed: a whole number from ${min} to ${max}`,
    })
    .transform(Number);

const duration = (min: string, max: string) =>
  z
    .string()
    .refine(
      (text) => {
        try {
          const value = millisecondsOf(text);
          return value >= millisecondsOf(min) && value <= millisecondsOf(max);
        } catch {
          return false;
        }
      },
      { error: `allowed: a duration from ${min} to ${max}, such as 90s or 1h30m` },
    )
    .transform(millisecondsOf);

const oneOf = <const T extends [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `allowed: ${values.join(', ')}` });
const folder = z
  .string()
  .min(1, { error: 'allowed: the path of a folder' })
  .transform((text) => path.resolve(text));

const data = process.env['XDG_DATA_HOME'] || path.join(homedir(), '.local', 'share');
const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');

/** Where the server listens and who may reach it. */
const httpSchema = z.object({
  /** Address to listen on. Loopback by default: nobody else can reach the server. */
  KUBEDAN_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, { error: 'allowed: an IP address or a host name' })
    .default('127.0.0.1'),
  /** TCP port; 0 lets the system choose one. */
  KUBEDAN_PORT: whole(0, 65_535).default(7070),
  /** Where browsers reach Kubedan when that is not its own address; requests that name another host are refused. */
  KUBEDAN_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'allowed: a URL that begins with http:// or https://' })
    .optional(),
  /** Largest request body in bytes; a file of a workspace is sent as one. */
  KUBEDAN_BODY_LIMIT: whole(65_536, 67_108_864).default(8_388_608),
  /** Signs the tokens that tell people apart; several api processes need the same. Made and kept in the data folder when absent. */
  KUBEDAN_SECRET: z.string().min(32, { error: 'allowed: at least 32 characters' }).optional(),
});

/** Where things are kept. */
const storageSchema = z.object({
  /** PostgreSQL's URL; an embedded PostgreSQL in the data folder when absent. */
  KUBEDAN_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'allowed: a URL that begins with postgres://' })
    .optional(),
  /** Database, clusters, workspaces. */
  KUBEDAN_DATA_DIR: folder.default(path.join(data, 'kubedan')),
  /** Downloaded or built programs. */
  KUBEDAN_CACHE_DIR: folder.default(path.join(cache, 'kubedan')),
  /** A folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl and helm, used before all others. */
  KUBEDAN_BIN_DIR: folder.optional(),
  /** The labs: <tier>/<lab>/lab.yaml. */
  KUBEDAN_LABS_DIR: folder.optional(),
  /** The built web page. */
  KUBEDAN_WEB_DIR: folder.optional(),
});

/** What a session may take. */
const sessionsSchema = z.object({
  /** Unfinished sessions at once of one person. */
  KUBEDAN_SESSIONS_PER_PERSON: whole(1, 100).default(3),
  /** Unfinished sessions at once on this host; a plane takes about 170 MB. */
  KUBEDAN_SESSIONS_PER_HOST: whole(1, 500).default(100),
  /** From active to expired. */
  KUBEDAN_SESSION_DURATION: duration('1s', '24h').default(millisecondsOf('2h')),
  /** What one extension adds. */
  KUBEDAN_EXTENSION: duration('1s', '4h').default(millisecondsOf('30m')),
  /** How often a session can be extended. */
  KUBEDAN_EXTENSIONS: whole(0, 20).default(3),
  /** How long before the end the learner is warned. */
  KUBEDAN_EXPIRY_WARNING: duration('1s', '1h').default(millisecondsOf('5m')),
  /** Without a watching page and without input, after which the cluster is suspended. */
  KUBEDAN_IDLE_AFTER: duration('1s', '24h').default(millisecondsOf('15m')),
  /** From the moment the programs are ready until a session must be active; then it fails with a reason. */
  KUBEDAN_PROVISION_TIMEOUT: duration('5s', '30m').default(millisecondsOf('120s')),
  /** Self-tests that one person begins within 24 hours; who sees the whole bank of questions is no longer measured by it. */
  KUBEDAN_SELF_TESTS_PER_DAY: whole(1, 1000).default(10),
  /** Terminals at once of one session. */
  KUBEDAN_TERMINALS_PER_SESSION: whole(1, 16).default(4),
});

const poolSize = z
  .union([z.literal('auto'), whole(0, 20)], { error: 'allowed: auto, or a whole number from 0 to 20' })
  .default('auto');

/** Which clusters, and how many are made at once. */
const clustersSchema = z.object({
  /** Providers in the order of preference, separated by commas; what cannot be used on this host is passed over. */
  KUBEDAN_PROVIDERS: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(oneOf([...providerNames])).min(1))
    .default([...providerNames]),
  /**
   * What embedded clusters do with memory: spare it (about 150 MB for an idle one), or spend it to start and work with a third
   * less processor time, for a host that has much of it or clusters that live for minutes.
   */
  KUBEDAN_PLANE_MEMORY: oneOf(['spare', 'spend']).default('spare'),
  /** Image of kind nodes; one that `npm run node-image` has built, or else kind's own of our Kubernetes minor, when absent. */
  KUBEDAN_NODE_IMAGE: z.string().min(1).optional(),
  /** Memory of one kind node in MiB; an idle cluster takes about 500. */
  KUBEDAN_NODE_MEMORY: whole(1024, 1_048_576).default(3072),
  /**
   * Warm clusters of each provider, kept ready for the next session; `auto`: of the provider that labs get by default, one
   * embedded plane where the machine has 4 GiB (150 MB of memory, next to no processor time), and no kind cluster, which takes
   * five times as much and is never quiet.
   */
  KUBEDAN_POOL_EMBEDDED: poolSize,
  KUBEDAN_POOL_KIND: poolSize,
  /** Warm clusters are given up when nobody has been here for so long. */
  KUBEDAN_POOL_IDLE_AFTER: duration('1s', '24h').default(millisecondsOf('15m')),
  /** The pool is filled only while so many percent of the processors are idle. */
  KUBEDAN_POOL_SPARE_CPU: whole(0, 100).default(25),
  /** How often the host's clusters are compared with what they should be. A dead one is noticed within twice this time. */
  KUBEDAN_RECONCILE_INTERVAL: duration('100ms', '1m').default(millisecondsOf('4s')),
  /** Sessions prepared at the same moment; more would make each of them slower. */
  KUBEDAN_PROVISION_CONCURRENCY: whole(1, 64).default(Math.max(2, availableParallelism())),
});

/** The process itself. */
const processSchema = z.object({
  /** `api` serves browsers, `runner` owns clusters on this host, `all` does both. */
  KUBEDAN_ROLE: oneOf(['all', 'api', 'runner']).default('all'),
  KUBEDAN_LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `text` for people, `json` for machines. */
  KUBEDAN_LOG_FORMAT: oneOf(['text', 'json']).default('text'),
  /** Longest orderly stop; what still runs then is killed. */
  KUBEDAN_STOP_TIMEOUT: duration('1s', '5m').default(millisecondsOf('10s')),
});

export const configSchemas = {
  http: httpSchema,
  storage: storageSchema,
  sessions: sessionsSchema,
  clusters: clustersSchema,
  process: processSchema,
};
export type Config = { [K in keyof typeof configSchemas]: z.output<(typeof configSchemas)[K]> };
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param environment variables by name; an empty one counts as absent
 * @throws ConfigInvalidError naming each bad variable with what is allowed
 */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => name.startsWith('KUBEDAN_') && value !== undefined && value !== '',
    ),
  );
  const issues: { variable: string; message: string }[] = [];
  const config: Record<string, unknown> = {};
  for (const [domain, schema] of Object.entries(configSchemas)) {
    const result = schema.safeParse(given);
    if (result.success) config[domain] = result.data;
    else {
      for (const issue of result.error.issues) {
        issues.push({ variable: String(issue.path[0]), message: issue.message });
      }
    }
  }
  if (issues.length > 0) throw new ConfigInvalidError(issues);
  return config as Config;
}
