import { describe, expect, it } from 'vitest';
import { seccompProgram } from './seccomp.js';

const ALLOW = 0x7fff0000;
const errno = (number: number): number => 0x00050000 | number;

/** Runs a filter as the kernel does: classic BPF over struct seccomp_data. */
function judge(program: Buffer, call: { arch: number; nr: number; args?: number[] }): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.nr, 0);
  data.writeUInt32LE(call.arch, 4);
  (call.args ?? []).forEach((value, index) => data.writeUInt32LE(value, 16 + 8 * index));
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = program.readUInt16LE(at * 8);
    const [jt, jf, k] = [program[at * 8 + 2] ?? 0, program[at * 8 + 3] ?? 0, program.readUInt32LE(at * 8 + 4)];
    if (code === 0x06) return k;
    if (code === 0x20) accumulator = data.readUInt32LE(k);
    else if (code === 0x15) at += accumulator === k ? jt : jf;
    else if (code === 0x35) at += accumulator >= k ? jt : jf;
    else if (code === 0x45) at += (accumulator & k) !== 0 ? jt : jf;
    else throw new Error(`instruction ${code}`);
  }
  throw new Error('the filter has no end');
}

describe.each([
  { arch: 'x64', audit: 0xc000003e, read: 0, ioctl: 16, clone: 56, socket: 41, ptrace: 101, chmodLast: [268, 2] },
  { arch: 'arm64', audit: 0xc00000b7, read: 63, ioctl: 29, clone: 220, socket: 198, ptrace: 117, chmodLast: [53, 2] },
])('the filter for $arch', ({ arch, audit, read, ioctl, clone, socket, ptrace, chmodLast }) => {
  const program = seccompProgram(arch) as Buffer;
  const on = (nr: number, ...args: number[]): number => judge(program, { arch: audit, nr, args });

  it('allows ordinary work', () => {
    expect(on(read)).toBe(ALLOW);
    expect(on(ioctl, 0, 0x5401)).toBe(ALLOW);
    expect(on(clone, 0x003d0f00)).toBe(ALLOW); // a thread
    expect([1, 2, 10, 16].map((family) => on(socket, family))).toEqual([ALLOW, ALLOW, ALLOW, ALLOW]);
    expect(on(chmodLast[0] as number, 0, 0, 0o755)).toBe(ALLOW);
  });

  it('refuses what an escape needs', () => {
    expect(on(ptrace)).toBe(errno(1));
    expect(on(ioctl, 0, 0x5412)).toBe(errno(1));
    expect(on(ioctl, 0, 0x541c)).toBe(errno(1));
    expect(on(clone, 0x10000011)).toBe(errno(1));
    expect(on(435)).toBe(errno(38));
    expect(on(socket, 40)).toBe(errno(97));
    expect(on(chmodLast[0] as number, 0, 0, 0o4755)).toBe(errno(1));
  });

  it("refuses other architectures' calls", () => {
    expect(judge(program, { arch: 0x40000003, nr: read })).toBe(errno(38));
    expect(on(0x40000000 + 1)).toBe(errno(38)); // x32
  });
});

it('has no filter for a machine that it has no table of', () => {
  expect(seccompProgram('mips')).toBeUndefined();
});
