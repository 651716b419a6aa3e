const deepest = 100;

/** The data is nested deeper than any real object (100 levels). */
export class DataTooDeepError extends Error {
  override readonly name = 'DataTooDeepError';
}

/**
 * Turns JSON data into what expressions compute with: whole numbers are ints (as Kubernetes' schemas have them), maps are
 * Maps, so that keys such as `constructor` or `__proto__` are data like any other.
 * @throws DataTooDeepError beyond 100 levels
 */
export function toCelValue(value: unknown, depth = 0): unknown {
  if (depth > deepest) throw new DataTooDeepError('The object is nested deeper than 100 levels.');
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'object': {
      if (value === null) return null;
      if (Array.isArray(value)) return value.map((item) => toCelValue(item, depth + 1));
      if (value instanceof Date) return value;
      const map = new Map<string, unknown>();
      for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) map.set(key, toCelValue(item, depth + 1));
      }
      return map;
    }
    default:
      return null;
  }
}

/** The way back, for messages: ints become numbers (strings beyond 2^53), Maps become plain objects. */
export function fromCelValue(value: unknown, depth = 0): unknown {
  if (depth > deepest) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map((item) => fromCelValue(item, depth + 1));
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [String(key), fromCelValue(item, depth + 1)] as const);
    return Object.fromEntries(entries);
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null && value.constructor !== Object) return String(value);
  return value;
}
