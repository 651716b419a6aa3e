import { endAll, ServerSilentError } from '@kubedan/server';
import { Command } from 'commander';
import { print, printJson, UserError } from '../output.js';

const all = new Command('all')
  .description("End all sessions and clusters of this host, with a word to their learners; for the server's operator")
  .option('--json', 'print JSON')
  .action(async ({ json }: { json?: boolean }) => {
    try {
      const ended = await endAll(process.env);
      if (json) printJson(ended);
      else print(`Ended ${counted(ended.sessions, 'session')} and ${counted(ended.clusters, 'cluster')}.`);
    } catch (error) {
      throw error instanceof ServerSilentError ? new UserError(error.message) : error;
    }
  });

export const stopCommand = new Command('stop')
  .description('End what runs on this host; the server itself goes on')
  .addCommand(all);

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
