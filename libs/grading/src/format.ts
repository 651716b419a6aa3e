import { fromCelValue } from '@kubedan/labs';

const longest = 160;

/** @returns a value as a message shows it: texts as they are, all else as JSON, cut after 160 characters */
export function show(value: unknown): string {
  if (value === undefined) return 'absent';
  const plain = fromCelValue(value);
  const text =
    typeof plain === 'string' && plain !== '' ? plain : (named(plain) ?? JSON.stringify(plain) ?? String(plain));
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Whole objects are shown by their names. */
function named(value: unknown): string | undefined {
  if (Array.isArray(value) && value.length > 0) {
    const names = value.map(nameOf);
    if (names.every((name) => name !== undefined)) return `[${names.join(', ')}]`;
  }
  return nameOf(value);
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('metadata' in value)) return undefined;
  const { kind, metadata } = value as { kind: unknown; metadata: { name?: unknown; namespace?: unknown } | null };
  if (typeof kind !== 'string' || typeof metadata?.name !== 'string') return undefined;
  return `${kind} ${typeof metadata.namespace === 'string' ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

/** @returns a path with one more key, as an expression would write it: `.name`, `["a/b"]`, `[0]` */
export function withKey(path: string, key: unknown): string {
  if (typeof key === 'bigint' || typeof key === 'number') return `${path}[${key}]`;
  const text = String(key);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return `${path}[${JSON.stringify(text)}]`;
  return path === '' || path.endsWith(': ') ? `${path}${text}` : `${path}.${text}`;
}
