/** @returns thousandths of a core as Kubernetes writes them, in the largest unit that keeps the value: `1500m`, `2`, `1234567n` */
export function cpuQuantity(millicores: number): string {
  let amount = Math.max(0, Math.round(millicores * 1e6));
  for (const suffix of ['n', 'u', 'm']) {
    if (amount === 0 || amount % 1000 !== 0) return amount === 0 ? '0' : `${amount}${suffix}`;
    amount /= 1000;
  }
  return String(amount);
}

/** @returns a number as Kubernetes writes it, to thousandths: `12`, `2500m` */
export const numberQuantity = (value: number): string => cpuQuantity(Math.round(value * 1000));

/** @returns bytes as Kubernetes writes them: `64Mi`, `1536Ki`, `1000` */
export function memoryQuantity(bytes: number): string {
  let amount = Math.max(0, Math.round(bytes));
  let suffix = '';
  for (const larger of ['Ki', 'Mi', 'Gi', 'Ti']) {
    if (amount === 0 || amount % 1024 !== 0) break;
    amount /= 1024;
    suffix = larger;
  }
  return `${amount}${suffix}`;
}
