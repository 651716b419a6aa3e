import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A TCP socket that waits for connections. Addresses are as /proc/net/tcp writes them, decoded: `127.0.0.1`, `::1`, `::`. */
export interface Listener {
  pid: number;
  address: string;
  port: number;
}

/**
 * The processes of a data folder: those that work in it or name it on their command line. Planes and PostgreSQL get an
 * environment of their own, so nothing can be inherited that would mark them.
 * @returns pids of living processes; a zombie, which has no command line, is not one
 */
export function processesIn(folder: string): number[] {
  return entriesOf('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      const command = read(`/proc/${pid}/cmdline`);
      return command !== '' && (command.includes(folder) || linkOf(`/proc/${pid}/cwd`).startsWith(folder));
    })
    .map(Number);
}

/** @returns every TCP socket on which one of the processes listens */
export function listenersOf(pids: readonly number[]): Listener[] {
  return pids.flatMap((pid) => {
    const inodes = new Set(
      entriesOf(`/proc/${pid}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1]),
    );
    return [...tableOf(pid, 'tcp'), ...tableOf(pid, 'tcp6')]
      .filter((row) => inodes.has(row.inode))
      .map(({ address, port }) => ({ pid, address, port }));
  });
}

/** @returns true where nothing but this machine can connect */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
}

function tableOf(pid: number, protocol: 'tcp' | 'tcp6'): { address: string; port: number; inode: string }[] {
  const listening = '0A';
  return read(`/proc/${pid}/net/${protocol}`)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening)
    .map((fields) => {
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      return { address: decodeAddress(address), port: Number.parseInt(port, 16), inode: fields[9] ?? '' };
    });
}

/** The kernel writes 32-bit words in the machine's byte order: little-endian on all machines that we run on. */
function decodeAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return '::1';
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255) return `::ffff:${bytes.slice(12).join('.')}`;
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
