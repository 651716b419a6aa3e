/** @returns whether everything in `wanted` is in `actual` with the same value (absent, null and empty objects count as equal) */
export function covers(actual: unknown, wanted: unknown): boolean {
  if (actual === wanted) return true;
  if (wanted === null || wanted === undefined) return actual === null || actual === undefined;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((one, index) => covers(actual[index], one))
    );
  }
  if (typeof wanted === 'object') {
    const fields = Object.entries(wanted);
    if (actual === null || actual === undefined) return fields.every(([, value]) => covers(undefined, value));
    if (typeof actual !== 'object' || Array.isArray(actual)) return false;
    return fields.every(([key, value]) => covers((actual as Record<string, unknown>)[key], value));
  }
  return false;
}
