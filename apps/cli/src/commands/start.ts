import { runServer } from '@kubedan/server';
import { Command } from 'commander';

export const startCommand = new Command('start')
  .description('Start Kubedan and serve its page; Ctrl-C stops it')
  .option('-p, --port <port>', 'TCP port, 0 for any that is free (default 7070, or KUBEDAN_PORT)')
  .option('--host <address>', 'address to listen on (default 127.0.0.1, or KUBEDAN_HOST)')
  .action(async ({ port, host }: { port?: string; host?: string }) => {
    process.exit(
      await runServer({
        ...process.env,
        ...(port === undefined ? {} : { KUBEDAN_PORT: port }),
        ...(host === undefined ? {} : { KUBEDAN_HOST: host }),
      }),
    );
  });
