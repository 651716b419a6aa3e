import type { Environment } from './config/config.js';
import { ConfigInvalidError } from './config/config-invalid.error.js';
import { DataFolderTakenError } from './data-lock.js';
import { PortTakenError } from './http/listen.js';
import { startServer } from './server.js';

/**
 * Runs the server until Ctrl-C or SIGTERM; a second one does not wait for an orderly end. Errors that the user can mend are one
 * sentence on stderr.
 * @returns the process's exit status
 */
export async function runServer(environment: Environment = process.env): Promise<number> {
  const asked = Promise.withResolvers<NodeJS.Signals>();
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    asked.resolve(signal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  try {
    const server = await startServer({ environment });
    // A mistake of ours in one corner must not end everybody's session; the log tells of it.
    process.on('unhandledRejection', (error) => server.log.error({ err: error }, 'nobody handled an error'));
    await asked.promise;
    server.log.info('stopping; once more Ctrl-C to end at once');
    const timer = setTimeout(() => {
      server.log.error('the orderly end takes too long; what is left is ended by the next start');
      process.exit(1);
    }, server.config.process.KUBEDAN_STOP_TIMEOUT);
    await server.stop();
    clearTimeout(timer);
    return 0;
  } catch (error) {
    const isTheirs =
      error instanceof ConfigInvalidError || error instanceof DataFolderTakenError || error instanceof PortTakenError;
    process.stderr.write(`kubedan: ${isTheirs ? error.message : ((error as Error).stack ?? String(error))}\n`);
    return 1;
  }
}
