import { SandboxHost } from '@kubedan/shell';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Finding } from './finding.js';

/** Whether learners get terminals here, and what keeps one of them from taking all. */
export async function terminals(): Promise<Finding[]> {
  const probe = await SandboxHost.probe();
  if (!probe.available)
    return [
      {
        what: 'terminals',
        state: 'limited',
        found: probe.reason,
        remedy: `${probe.remedy} Without it, use your own terminal with the session's kubeconfig.`,
      },
    ];
  const absent = Object.entries(probe.tools)
    .filter(([, here]) => !here)
    .map(([tool]) => tool);
  const tools = absent.length === 0 ? '' : `; not here for learners: ${absent.join(', ')}`;
  return [{ what: 'terminals', state: 'good', found: `bubblewrap works${tools}` }, await device(), await limits()];
}

/** Each terminal opens it; containers and hardened hosts leave it out or keep it from ordinary users. */
async function device(): Promise<Finding> {
  const file = '/dev/ptmx';
  return access(file, constants.R_OK | constants.W_OK).then(
    (): Finding => ({ what: 'pseudo-terminals', state: 'good', found: `${file} can be opened` }),
    (error: NodeJS.ErrnoException): Finding => ({
      what: 'pseudo-terminals',
      state: 'limited',
      found: `${file}: ${error.code ?? error.message}`,
      remedy: `Terminals cannot open: make ${file} readable and writable (chmod 666 ${file}), or mount devpts there.`,
    }),
  );
}

async function limits(): Promise<Finding> {
  const held = await SandboxHost.limitsHeldHere();
  if (held !== 'rlimits') return { what: 'cgroups', state: 'good', found: `limits of terminals are held by ${held}` };
  return {
    what: 'cgroups',
    state: 'limited',
    found: 'limits of terminals are held by rlimits and a guard that looks now and then',
    remedy:
      'Fine for people you trust. For others let the kernel hold them: start Kubedan as a systemd service with Delegate=yes, or as root.',
  };
}
