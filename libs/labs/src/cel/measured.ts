/**
 * What expressions on a world see. Their fields have types, so that a misspelt one is a mistake of the lab that is found when it is
 * loaded; one that is not there yet (a time that nobody was served in) fails the check like any other missing field.
 */
class Typed {
  constructor(fields: Readonly<Record<string, unknown>>) {
    Object.assign(this, fields);
  }

  /** As messages show it. */
  toString(): string {
    return JSON.stringify({ ...this }, (_, value: unknown) => {
      if (typeof value === 'bigint') return Number(value);
      return value instanceof Map ? Object.fromEntries(value) : value;
    });
  }
}
class Slo extends Typed {}
class Cost extends Typed {}
class Traffic extends Typed {}
class VersionTraffic extends Typed {}

/** Type → its class, and the CEL type of each field. Times are milliseconds, rates per second, shares 0 to 1, money US dollars. */
export const measuredTypes = {
  Slo: {
    ctor: Slo,
    fields: {
      /** Requests that ended in the window. */
      count: 'int',
      rate: 'double',
      errorRate: 'double',
      /** Of requests that somebody worked on; absent without any. */
      meanMs: 'double',
      p50Ms: 'double',
      p90Ms: 'double',
      p99Ms: 'double',
      /** How they ended: ok, failed, timeout, refused, no-endpoint, rate-limited, broken-circuit. */
      outcomes: 'map<string, int>',
    },
  },
  Cost: {
    ctor: Cost,
    fields: {
      perHour: 'double',
      perHourAtStart: 'double',
      /** perHour as a share of perHourAtStart; absent when that is 0. */
      share: 'double',
      /** Since the hand-over. */
      total: 'double',
      /** For each thousand answered well in the window; absent without any. */
      perThousandRequests: 'double',
      /** perHour by type of node. */
      byType: 'map<string, double>',
    },
  },
  VersionTraffic: {
    ctor: VersionTraffic,
    fields: { service: 'string', version: 'string', count: 'int', share: 'double', errorRate: 'double' },
  },
  Traffic: {
    ctor: Traffic,
    fields: {
      count: 'int',
      /** By version, of all Services looked at. */
      shares: 'map<string, double>',
      counts: 'map<string, int>',
      /** The most requested first. */
      versions: 'list<VersionTraffic>',
    },
  },
} as const;
export type MeasuredType = keyof typeof measuredTypes;

/** The type of each root by the kind of its check. */
export const measuredRoots = { slo: 'Slo', cost: 'Cost', traffic: 'Traffic' } as const satisfies Record<
  string,
  MeasuredType
>;

/**
 * @param values plain data with the fields of the type; what is undefined is absent
 * @returns it as expressions compute with it
 */
export function toMeasuredValue(type: MeasuredType, values: Readonly<Record<string, unknown>>): unknown {
  const { ctor, fields } = measuredTypes[type];
  const known = Object.entries(fields).flatMap(([name, kind]): [string, unknown][] => {
    const value = values[name];
    return value === undefined ? [] : [[name, valueOf(kind, value)]];
  });
  return new ctor(Object.fromEntries(known));
}

function valueOf(kind: string, value: unknown): unknown {
  if (kind === 'int') return BigInt(value as number);
  const inner = /^(?:map<string, |list<)(\w+)>$/.exec(kind)?.[1];
  if (inner === undefined) return value;
  if (Array.isArray(value))
    return value.map((item) => toMeasuredValue(inner as MeasuredType, item as Record<string, unknown>));
  return new Map(Object.entries(value as object).map(([key, item]) => [key, valueOf(inner, item)]));
}
