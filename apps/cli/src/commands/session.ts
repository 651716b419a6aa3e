import type { SessionSummary, SessionView } from '@kubedan/contracts';
import { Command } from 'commander';
import { print, printJson, table } from '../output.js';
import { ServerClient } from '../session/client.js';
import { describeEvent, describeSession } from '../session/describe.js';

interface Options {
  server: string;
  json?: boolean;
}

export const sessionCommand = new Command('session').description('Work with sessions of a running server, for scripts');

/** Every sub-command reaches a server and can print JSON. */
function add(
  usage: string,
  description: string,
  configure: (command: Command) => Command = (command) => command,
): {
  does: (
    action: (client: ServerClient, args: string[], options: Options & Record<string, unknown>) => Promise<void>,
  ) => void;
} {
  const command = configure(new Command(usage.split(' ')[0]).description(description))
    .option('--server <url>', 'where Kubedan answers', process.env['KUBEDAN_SERVER'] ?? 'http://127.0.0.1:7070')
    .option('--json', 'print JSON');
  for (const argument of usage.split(' ').slice(1)) command.argument(argument);
  sessionCommand.addCommand(command);
  return {
    does: (action) =>
      command.action(async (...given: unknown[]) => {
        const options = command.opts<Options & Record<string, unknown>>();
        const args = given
          .slice(0, command.registeredArguments.length)
          .flat()
          .filter((value) => value !== undefined) as string[];
        await action(await ServerClient.open(options.server), args, options);
      }),
  };
}

function show(session: SessionView, { json }: Options): void {
  if (json) printJson(session);
  else print(describeSession(session));
}

add('create <lab>', 'Start a session at a lab', (command) =>
  command.option('--seed <seed>', 'draw the variables from this seed'),
).does(async (client, [lab], options) =>
  show(
    await client.call('POST', '/sessions', {
      lab,
      ...(options['seed'] === undefined ? {} : { seed: options['seed'] }),
    }),
    options,
  ),
);
add('list', 'List your sessions').does(async (client, _, { json }) => {
  const { sessions } = await client.call<{ sessions: SessionSummary[] }>('GET', '/sessions');
  if (json) printJson(sessions);
  else
    print(
      table(
        sessions.map(({ id, lab, state, outcome, points }) => [
          id,
          lab.name,
          outcome ?? state,
          `${points.reached}/${points.total}`,
        ]),
      ),
    );
});
add('show <id>', 'Show a session and what its checks say').does(async (client, [id], options) =>
  show(await client.call('GET', `/sessions/${id}`), options),
);
add('watch <id>', "Print a session's events as they come, until it ends").does(async (client, [id = ''], { json }) => {
  await client.watch(id, (event) => {
    print(json ? JSON.stringify(event) : describeEvent(event));
    return event.type === 'state' && (event.state === 'finished' || event.state === 'failed');
  });
});
add('hint <id> <task>', "Show a task's next hint").does(async (client, [id, taskId], options) =>
  show(await client.call('POST', `/sessions/${id}/hint`, { taskId }), options),
);
add('answer <id> <check> <option...>', 'Answer a question').does(async (client, [id, checkId, ...chosen], options) =>
  show(await client.call('POST', `/sessions/${id}/answer`, { checkId, options: chosen }), options),
);
add('kubeconfig <id>', "Print a session's kubeconfig").does(async (client, [id]) => {
  process.stdout.write(await client.call<string>('GET', `/sessions/${id}/kubeconfig`));
});
for (const [name, description] of [
  ['submit', 'Hand a session in as it is'],
  ['reset', 'Begin a session anew, with the same seed'],
  ['suspend', "Stop a session's cluster and keep what is in it"],
  ['resume', "Go on with a session's cluster"],
  ['extend', 'Ask for more time'],
] as const) {
  add(`${name} <id>`, description).does(async (client, [id], options) =>
    show(await client.call('POST', `/sessions/${id}/${name}`), options),
  );
}
add('delete <id>', 'Abandon a session').does(async (client, [id], options) =>
  show(await client.call('DELETE', `/sessions/${id}`), options),
);
