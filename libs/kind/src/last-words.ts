import { type Container, type Docker, redact } from '@kubedan/docker';
import type { LastWords } from './errors.js';

/** Lines of a node's log that are kept, and characters of them. */
const lines = 40;
const characters = 6_000;
/** Milliseconds for one node; a machine that is busy dying is not waited for. */
const patienceMs = 5_000;

/**
 * Asks the nodes what their kubelets said last: the journal, or where that is not to be had (the container died, systemd never
 * came up) the container's own log. Never throws: this is for an error that there is already.
 */
export async function lastWordsOf(docker: Docker, nodes: readonly Container[]): Promise<LastWords[]> {
  return Promise.all(
    nodes.map(async ({ name, status }) => {
      const journal = status === 'running' ? await journalOf(docker, name) : '';
      const text =
        journal === '' ? await docker.logs(name, lines, AbortSignal.timeout(patienceMs)).catch(() => '') : journal;
      // eslint-disable-next-line no-control-regex -- systemd paints its lines
      const plain = text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]|\r/g, '');
      return { node: name, status, text: redact(plain).slice(-characters).trim() };
    }),
  );
}

async function journalOf(docker: Docker, node: string): Promise<string> {
  const argv = ['journalctl', '--no-pager', '--output=cat', '--unit=kubelet.service', `--lines=${lines}`] as const;
  const result = await docker.exec(node, [...argv], { timeoutMs: patienceMs }).catch(() => undefined);
  const text = result?.exitCode === 0 ? result.stdout.trim() : '';
  return text === '-- No entries --' ? '' : text;
}
