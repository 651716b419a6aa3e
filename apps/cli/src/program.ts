import { Command } from 'commander';

type Load = () => Promise<Command>;

/** Each command brings half of the product along, so only the one that is asked for is loaded. */
const commands: Record<string, Load> = {
  start: async () => (await import('./commands/start.js')).startCommand,
  stop: async () => (await import('./commands/stop.js')).stopCommand,
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand,
  programs: async () => (await import('./commands/programs.js')).programsCommand,
  lab: async () => new Command('lab').description('List, write, preview, check and prove labs'),
  session: async () => (await import('./commands/session.js')).sessionCommand,
  bench: async () => (await import('./commands/bench.js')).benchCommand,
};
const labCommands: Record<string, Load> = {
  list: async () => (await import('./commands/lab-list.js')).labListCommand,
  new: async () => (await import('./commands/lab-new.js')).labNewCommand,
  check: async () => (await import('./commands/lab-check.js')).labCheckCommand,
  preview: async () => (await import('./commands/lab-preview.js')).labPreviewCommand,
  schema: async () => (await import('./commands/lab-schema.js')).labSchemaCommand,
  prove: async () => (await import('./commands/lab-prove.js')).labProveCommand,
};

/**
 * The `kubedan` command.
 * @param words what follows it on the command line
 */
export async function programFor([name, inner]: readonly string[]): Promise<Command> {
  const program = new Command('kubedan')
    .description('Learn, prove and hire for cloud-native skill, on clusters of your own')
    .version('0.1.0')
    .showHelpAfterError('(kubedan --help lists what there is)');
  for (const command of await chosen(commands, name)) {
    program.addCommand(command);
    if (command.name() === 'lab') for (const one of await chosen(labCommands, inner)) command.addCommand(one);
  }
  return program;
}

/** The one of that name; all of them for a help, or for who mistyped. */
async function chosen(from: Record<string, Load>, name: string | undefined): Promise<Command[]> {
  const one = name !== undefined && Object.hasOwn(from, name) ? from[name] : undefined;
  return Promise.all((one ? [one] : Object.values(from)).map((load) => load()));
}
