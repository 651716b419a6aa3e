/**
 * `node plane-soak.js [starts = 200] [at once = 8]`: starts and ends planes in a row and prints one JSON line. The exit
 * status is 1 when one failed or anything was left behind.
 */
import { isDeepStrictEqual } from 'node:util';
import { soakPlanes } from '../support/plane-soak.js';

const [starts = 200, atOnce = 8] = process.argv.slice(2).map(Number);
const result = await soakPlanes({ starts, atOnce });
const clean =
  result.failures.length === 0 &&
  result.after.descriptors <= result.before.descriptors &&
  isDeepStrictEqual({ ...result.after, descriptors: 0 }, { ...result.before, descriptors: 0 });
console.log(JSON.stringify({ figure: 'plane-soak', clean, ...result }));
process.exitCode = clean ? 0 : 1;
