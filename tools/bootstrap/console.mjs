// What the bootstrap says: one line a step, and how long it took. Runs on Node 20 with built-in modules alone.

/** @param {string} text a line for the person in front of the terminal */
export function say(text) {
  process.stdout.write(`kubedan  ${text}\n`);
}

/** @param {string} text what went wrong and what to do @returns {never} */
export function giveUp(text) {
  process.stderr.write(`kubedan  ${text}\n`);
  process.exit(1);
}

/**
 * Announces a step, runs it and says how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function step(title, action) {
  say(`${title} …`);
  const started = performance.now();
  const result = await action();
  say(`${title}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}
