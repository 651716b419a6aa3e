import type { KubeObject } from '@kubedan/kube';
import { gunzipSync } from 'node:zlib';

const largestRelease = 16 * 1024 * 1024;
/** Helm keeps 10 by default; more than this is not looked at. */
const mostRevisions = 25;

/** A Helm release as checks see it. */
export interface HelmRelease {
  name: string;
  namespace: string;
  revision: number;
  /** `deployed`, `failed`, `superseded`, `pending-upgrade`, … */
  status: string;
  chart: { name: string; version: string; appVersion: string };
  /** What was given with -f and --set. */
  values: Record<string, unknown>;
  /** The chart's own values, with `values` laid over them. */
  allValues: Record<string, unknown>;
  /** Oldest first, the current one included. */
  history: { revision: number; status: string; chartVersion: string; description: string }[];
}

interface StoredRelease {
  name?: unknown;
  namespace?: unknown;
  version?: unknown;
  info?: { status?: unknown; description?: unknown };
  chart?: { metadata?: { name?: unknown; version?: unknown; appVersion?: unknown }; values?: unknown };
  config?: unknown;
}

const decoded = new WeakMap<object, StoredRelease | undefined>();

/**
 * Reads one of Helm's storage Secrets: base64 of the API, base64 of Helm, gzip, JSON.
 * @returns undefined for anything else; a learner can write any Secret
 */
export function decodeRelease(secret: KubeObject): StoredRelease | undefined {
  if (decoded.has(secret)) return decoded.get(secret);
  const release = decode(secret);
  decoded.set(secret, release);
  return release;
}

function decode(secret: KubeObject): StoredRelease | undefined {
  const data = secret['data'];
  const encoded = isRecord(data) ? data['release'] : undefined;
  if (typeof encoded !== 'string') return undefined;
  try {
    const packed = Buffer.from(Buffer.from(encoded, 'base64').toString('latin1'), 'base64');
    const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
    const json = isGzip ? gunzipSync(packed, { maxOutputLength: largestRelease }) : packed;
    const value: unknown = JSON.parse(json.toString('utf8'));
    return isRecord(value) && Number.isInteger(value['version']) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @returns the newest revision with its history, or null when none of the Secrets holds a release */
export function releaseOf(secrets: Iterable<KubeObject>): HelmRelease | null {
  const stored = [...secrets]
    .map((secret) => decodeRelease(secret))
    .filter((release) => release !== undefined)
    .sort((a, b) => Number(a.version) - Number(b.version))
    .slice(-mostRevisions);
  const current = stored.at(-1);
  if (!current) return null;
  const values = recordOf(current.config);
  return {
    name: text(current.name),
    namespace: text(current.namespace),
    revision: Number(current.version),
    status: text(current.info?.status),
    chart: {
      name: text(current.chart?.metadata?.name),
      version: text(current.chart?.metadata?.version),
      appVersion: text(current.chart?.metadata?.appVersion),
    },
    values,
    allValues: overlay(recordOf(current.chart?.values), values),
    history: stored.map((release) => ({
      revision: Number(release.version),
      status: text(release.info?.status),
      chartVersion: text(release.chart?.metadata?.version),
      description: text(release.info?.description),
    })),
  };
}

/** As Helm lays values over each other: maps are merged, null removes, all else replaces. */
function overlay(below: Record<string, unknown>, above: Record<string, unknown>): Record<string, unknown> {
  const result = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const under = result.get(key);
    if (value === null) result.delete(key);
    else result.set(key, isRecord(value) && isRecord(under) ? overlay(under, value) : value);
  }
  return Object.fromEntries(result);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
