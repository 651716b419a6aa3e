import { report } from './output.js';
import { programFor } from './program.js';

// `kubedan … | head` closes our output early: that is the reader's right, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const program = await programFor(process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  report(error);
}
