/* oxlint-disable require-yield -- commands that write nothing are generators like the others */
import { out, err, joined, pathIn, directoryThere } from './command-tools.js';
import { namesIn } from './glob.js';
import type { Builtin } from './shell-world.js';

/** Commands on files and on where the shell is. */
export const fileCommands: Record<string, Builtin> = {
  *ls(args, _input, state) {
    let status = 0;
    const paths = args.filter((one) => !one.startsWith('-'));
    for (const path of paths.length ? paths : ['.']) {
      const full = pathIn(state, path);
      if (state.files.has(full)) yield out(`${path}\n`);
      else if (directoryThere(state, path)) {
        yield out(joined(namesIn(state, full)));
      } else {
        yield err(`ls: ${path}: No such file or directory\n`);
        status = 1;
      }
    }
    return status;
  },
  *touch(args, _input, state) {
    for (const path of args)
      if (!path.startsWith('-') && !state.files.has(pathIn(state, path))) state.files.set(pathIn(state, path), '');
    return 0;
  },
  *rm(args, _input, state) {
    let status = 0;
    const force = args.some((one) => one.startsWith('-') && one.includes('f'));
    for (const path of args.filter((one) => !one.startsWith('-'))) {
      const full = pathIn(state, path);
      const gone = [...state.files.keys()].filter((one) => one === full || one.startsWith(`${full}/`));
      for (const one of gone) state.files.delete(one);
      if (!gone.length && !force) {
        yield err(`rm: can't remove '${path}': No such file or directory\n`);
        status = 1;
      }
    }
    return status;
  },
  *mkdir(args, _input, state) {
    for (const path of args) if (!path.startsWith('-')) state.directories.add(pathIn(state, path));
    return 0;
  },
  *cd([path = '/'], _input, state) {
    if (!directoryThere(state, path)) {
      yield err(`sh: cd: can't cd to ${path}: No such file or directory\n`);
      return 1;
    }
    state.cwd = pathIn(state, path);
    return 0;
  },
  *pwd(_args, _input, state) {
    yield out(`${state.cwd}\n`);
    return 0;
  },
  *chmod() {
    return 0;
  },
  *chown() {
    return 0;
  },
  *sync() {
    return 0;
  },
};
