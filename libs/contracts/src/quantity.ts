const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const pattern = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;

/**
 * @param text a Kubernetes quantity: `100m`, `64Mi`, `2`, `1e3`
 * @returns its value in the base unit (cores, bytes), exact up to 2^53 units; undefined when the text is none
 */
export function parseQuantity(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [, amount, suffix, exponent] = match;
  return Number(amount) * (exponent === undefined ? (factors[suffix ?? ''] ?? 1) : 10 ** Number(exponent));
}

/** @returns like parseQuantity; 0 when absent or unreadable */
export function quantityOf(quantity: string | number | undefined): number {
  return typeof quantity === 'number' ? quantity : (parseQuantity(quantity ?? '') ?? 0);
}
