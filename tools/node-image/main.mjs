// Builds the image of a kind node from Debian packages and Go modules; `--official` takes kind's own where it can be pulled;
// `--tag` says the name alone. Runs on Node 24, see tools/bootstrap/node-image.mjs.
import { homedir } from 'node:os';
import path from 'node:path';
import { giveUp, say } from '../bootstrap/console.mjs';
import { provideNodeImage } from './provide.mjs';
import { nodeImageTag } from './build.mjs';

const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'kubedan');
if (process.argv[2] === '--tag') process.stdout.write(`${await nodeImageTag()}\n`);
else {
  try {
    const image = await provideNodeImage({ cache, env: process.env, official: process.argv[2] === '--official' });
    if (image.tag === undefined) giveUp(image.reason);
    say(`The node image is ${image.tag}`);
  } catch (error) {
    giveUp(error.message);
  }
}
