/** Figures as the panel writes them: short, with a unit, the same width from one second to the next as far as can be. */

const digits = (value: number): string => value.toFixed(value >= 10 ? 0 : 1);

/** @param value per second, or a number of things */
export function amountText(value: number): string {
  if (value >= 10_000) return `${digits(value / 1000)}k`;
  return Number.isInteger(value) ? String(value) : digits(value);
}

/** @param ms milliseconds; null without any */
export function timeText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  return ms >= 1_000 ? `${(ms / 1000).toFixed(ms >= 10_000 ? 0 : 1)} s` : `${digits(ms)} ms`;
}

/** @param dollars US dollars */
export function moneyText(dollars: number): string {
  return `$${dollars.toFixed(dollars > 0 && dollars < 1 ? 3 : 2)}`;
}

/** @returns the next of 1, 2, 5, 10, 20 … from a value up: where an axis ends; at least `least` */
export function niceTop(value: number, least: number): number {
  const wanted = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= wanted * 0.999) ?? wanted;
}
