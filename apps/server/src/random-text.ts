import { randomInt } from 'node:crypto';

/** Lower-case letters and digits that nobody takes for one another. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** @returns text that cannot be guessed, for names: five bits a character */
export function randomText(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
