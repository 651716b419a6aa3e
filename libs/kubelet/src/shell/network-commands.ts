import { out, err, pathIn, escapes } from './command-tools.js';
import type { Running, ShellState } from './interpreter.js';
import { ask, resolve } from './network.js';
import type { Builtin, ShellWorld } from './shell-world.js';

function* fetchUrl(
  url: string,
  world: ShellWorld,
  state: ShellState,
): Running<{ status: number; body: string } | { problem: string; host: string; port: number }> {
  let parsed: URL;
  try {
    parsed = new URL(/^[a-z]+:\/\//i.test(url) ? url : `http://${url}`);
  } catch {
    return { problem: 'unknown-host', host: url, port: 80 };
  }
  const port = Number(parsed.port) || (parsed.protocol === 'https:' ? 443 : 80);
  for (;;) {
    yield { asks: true };
    const answer = ask(
      parsed.hostname,
      port,
      `${parsed.pathname}${parsed.search}`,
      world.network,
      world.own(),
      world.epoch + state.at,
    );
    if ('need' in answer) yield answer;
    else if ('problem' in answer) return { problem: answer.problem, host: parsed.hostname, port };
    else {
      yield { wait: 2 };
      return answer;
    }
  }
}

/** Commands that ask others in the cluster. */
export const networkCommands: Record<string, Builtin> = {
  *nslookup([name = ''], _input, state, world) {
    for (;;) {
      yield { asks: true };
      const found = resolve(name, world.network);
      if (found && 'need' in found) {
        yield found;
        continue;
      }
      yield { wait: 2 };
      yield out(`Server:\t\t${world.dns}\nAddress:\t${world.dns}:53\n\n`);
      if (!found) {
        yield out(`** server can't find ${name}: NXDOMAIN\n\n`);
        return 1;
      }
      for (const address of found.addresses) yield out(`Name:\t${found.name}\nAddress: ${address}\n`);
      return state.status & 0;
    }
  },
  *getent([, name = ''], _input, _state, world) {
    for (;;) {
      yield { asks: true };
      const found = resolve(name, world.network);
      if (found && 'need' in found) yield found;
      else {
        for (const address of found?.addresses ?? []) yield out(`${address.padEnd(16)}  ${found?.name}\n`);
        return found ? 0 : 2;
      }
    }
  },
  *nc(args, _input, state, world) {
    const words = args.filter((one, index) => !one.startsWith('-') && !/^-[wiq]$/.test(args[index - 1] ?? ''));
    const [host = '', port = ''] = words;
    const answer = yield* fetchUrl(`http://${host}:${port}/`, world, state);
    if ('problem' in answer) {
      yield err(
        answer.problem === 'unknown-host' ? `nc: bad address '${host}'\n` : `nc: ${host}:${port}: Connection refused\n`,
      );
      return 1;
    }
    if (args.some((one) => one.startsWith('-') && one.includes('v'))) yield err(`${host} (${host}:${port}) open\n`);
    return 0;
  },
  *wget(args, _input, state, world) {
    const url = args.findLast((one) => !one.startsWith('-')) ?? '';
    const quiet = args.some((one) => /^-[a-zA-Z]*q/.test(one));
    const output = /-[a-zA-Z]*O\s?(\S+)/.exec(args.filter((one) => one !== url).join(' '))?.[1];
    const answer = yield* fetchUrl(url, world, state);
    const host = 'host' in answer ? answer.host : '';
    if ('problem' in answer) {
      yield err(
        answer.problem === 'unknown-host'
          ? `wget: bad address '${host}'\n`
          : `wget: can't connect to remote host (${host}): Connection refused\n`,
      );
      return 1;
    }
    if (answer.status >= 400) {
      yield err(
        `wget: server returned error: HTTP/1.1 ${answer.status} ${answer.status === 404 ? 'Not Found' : 'Internal Server Error'}\n`,
      );
      return 1;
    }
    if (args.includes('--spider')) {
      if (!quiet) yield err('remote file exists\n');
    } else if (output === '-') yield out(answer.body);
    else state.files.set(pathIn(state, output ?? 'index.html'), answer.body);
    return 0;
  },
  *curl(args, _input, state, world) {
    const takesValue = /^-[a-zA-Z]*[oHXdwm]$|^--(output|header|request|data|write-out|max-time|connect-timeout|retry)$/;
    const url = args.find((one, index) => !one.startsWith('-') && !takesValue.test(args[index - 1] ?? '')) ?? '';
    const short = args.filter((one) => /^-[a-zA-Z]+$/.test(one)).join('');
    const answer = yield* fetchUrl(url, world, state);
    const loud = !short.includes('s') || short.includes('S');
    if ('problem' in answer) {
      const [code, text] =
        answer.problem === 'unknown-host'
          ? [6, `Could not resolve host: ${answer.host}`]
          : [7, `Failed to connect to ${answer.host} port ${answer.port} after 1 ms: Could not connect to server`];
      if (loud) yield err(`curl: (${code}) ${text}\n`);
      return Number(code);
    }
    if (answer.status >= 400 && (short.includes('f') || args.includes('--fail'))) {
      if (loud) yield err(`curl: (22) The requested URL returned error: ${answer.status}\n`);
      return 22;
    }
    const output = args[args.findIndex((one) => /^-[a-zA-Z]*o$|^--output$/.test(one)) + 1];
    const head = short.includes('I') || short.includes('i');
    const text = `${head ? `HTTP/1.1 ${answer.status} ${answer.status === 200 ? 'OK' : answer.status === 404 ? 'Not Found' : 'Internal Server Error'}\r\n\r\n` : ''}${short.includes('I') ? '' : answer.body}`;
    if (args.some((one) => /^-[a-zA-Z]*o$|^--output$/.test(one)) && output) {
      if (output !== '/dev/null') state.files.set(pathIn(state, output), text);
    } else yield out(text);
    const format = args[args.findIndex((one) => /^-[a-zA-Z]*w$|^--write-out$/.test(one)) + 1];
    if (args.some((one) => /^-[a-zA-Z]*w$|^--write-out$/.test(one)) && format)
      yield out(escapes(format.replace('%{http_code}', String(answer.status))));
    return 0;
  },
};
