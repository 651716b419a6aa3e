import { quantityOf } from '@kubedan/contracts';
import { out, err, seconds } from './command-tools.js';
import { OutOfMemory } from './shell-errors.js';
import type { Builtin } from './shell-world.js';

/** Commands that tell of the machine and the time. */
export const systemCommands: Record<string, Builtin> = {
  *hostname(args, _input, _state, world) {
    if (args[0] === '-i') yield out(`${world.own()?.podIP ?? ''}\n`);
    else yield out(`${world.hostname}\n`);
    return 0;
  },
  *date(args, _input, state, world) {
    const now = new Date(world.epoch + state.at);
    const two = (value: number) => String(value).padStart(2, '0');
    const format = args.find((one) => one.startsWith('+'));
    const [, day = '', month = '', , year = ''] = /^(\w+), \d+ (\w+) (\d+)/.exec(now.toUTCString())
      ? ['', now.toUTCString().slice(0, 3), now.toUTCString().slice(8, 11), '', String(now.getUTCFullYear())]
      : [];
    const parts: Record<string, string> = {
      Y: year,
      m: two(now.getUTCMonth() + 1),
      d: two(now.getUTCDate()),
      H: two(now.getUTCHours()),
      M: two(now.getUTCMinutes()),
      S: two(now.getUTCSeconds()),
      s: String(Math.floor(now.getTime() / 1000)),
      F: now.toISOString().slice(0, 10),
      T: now.toISOString().slice(11, 19),
      Z: 'UTC',
      z: '+0000',
      a: day,
      b: month,
      N: '000000000',
    };
    const text = format
      ? format.slice(1).replace(/%(.)/g, (_, letter: string) => parts[letter] ?? '')
      : `${day} ${month} ${String(now.getUTCDate()).padStart(2)} ${parts['T']} UTC ${year}`;
    yield out(`${text}\n`);
    return 0;
  },
  *whoami() {
    yield out('root\n');
    return 0;
  },
  *id() {
    yield out('uid=0(root) gid=0(root) groups=0(root)\n');
    return 0;
  },
  *uname(args) {
    yield out(args.includes('-a') ? 'Linux kubedan 6.8.0 x86_64 GNU/Linux\n' : 'Linux\n');
    return 0;
  },
  *nproc() {
    yield out('4\n');
    return 0;
  },
  *ps() {
    yield out('PID   USER     TIME  COMMAND\n    1 root      0:00 sh\n');
    return 0;
  },
  *sleep(args) {
    let total = 0;
    for (const one of args) total += seconds(one);
    if (!args.length || Number.isNaN(total)) {
      yield err(`sleep: invalid number '${args.join(' ')}'\n`);
      return 1;
    }
    yield { wait: total * 1000 };
    return 0;
  },
  *stress(args, _input, _state, world) {
    const value = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    const workers = args.includes('--vm') ? Number(value('--vm')) || 1 : 0;
    const bytes =
      workers *
      quantityOf((args.includes('--vm-bytes') ? value('--vm-bytes') : '256M').replace(/^(\d+)([KMG])$/, '$1$2i'));
    yield out(`stress: info: [1] dispatching hogs: 0 cpu, 0 io, ${workers} vm, 0 hdd\n`);
    yield { wait: 400 };
    if (world.memoryLimit > 0 && bytes > world.memoryLimit) throw new OutOfMemory();
    yield { wait: args.includes('--timeout') ? seconds(value('--timeout')) * 1000 : Infinity };
    return 0;
  },
};
