import { giveUp } from './console.mjs';

/** Ends with a sentence that says what to do when this Node is too old to run even the set-up. */
export function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) giveUp(`Node ${process.versions.node} is too old: install Node 20 or later and try again.`);
}
