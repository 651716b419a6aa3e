// Builds the classic BPF program that bubblewrap loads before the sandbox's first process starts. See seccomp(2) and
// linux/filter.h. Everything is allowed but what a lab never needs and an escape may.

const BPF_LD_W_ABS = 0x20;
const BPF_JEQ = 0x15;
const BPF_JGE = 0x35;
const BPF_JSET = 0x45;
const BPF_RET = 0x06;

const RET_ALLOW = 0x7fff0000;
const RET_ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

// offsets in struct seccomp_data; the low halves of the arguments on little-endian machines
const NR = 0;
const ARCH = 4;
const argument = (index: number): number => 16 + 8 * index;

/** Namespaces: user 0x10000000, mount 0x20000, cgroup 0x2000000, uts 0x4000000, ipc 0x8000000, pid 0x20000000, net 0x40000000. */
const CLONE_NEW_ANY = 0x7e020000;
/** Typing into a terminal on behalf of its user. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** A program that others on the host could run as the owner of the workspace. */
const SET_ID_BITS = 0o6000;
/** unix, inet, inet6, netlink (asked by Go for interfaces). Not vsock: it would lead out of every network namespace. */
const allowedFamilies = [1, 2, 10, 16];

interface Architecture {
  audit: number;
  ioctl: number;
  clone: number;
  sockets: number[];
  /** Calls that set a file's mode, with the position of that argument. */
  modes: [number: number, argument: number][];
  /** Refused with EPERM. */
  denied: number[];
  /** Refused with ENOSYS, so that programs fall back. */
  absent: number[];
}

// The numbers of both tables from 424 on are the same: open_tree, move_mount, fsopen, fsconfig, fsmount, fspick,
// pidfd_getfd, mount_setattr, quotactl_fd.
const commonDenied = [428, 429, 430, 431, 432, 433, 438, 442, 443];
// io_uring (3), clone3 (its flags are in memory, out of a filter's sight), memfd_secret, fchmodat2.
const commonAbsent = [425, 426, 427, 435, 447, 452];

const architectures: Record<string, Architecture> = {
  x64: {
    audit: 0xc000003e,
    ioctl: 16,
    clone: 56,
    sockets: [41, 53],
    modes: [
      [90, 1],
      [91, 1],
      [268, 2],
    ],
    denied: [
      101, // ptrace
      103, // syslog
      155,
      161,
      165,
      166,
      163,
      167,
      168,
      169, // pivot_root, chroot, mount, umount2, acct, swapon, swapoff, reboot
      175,
      176,
      313,
      246,
      320, // init_module, delete_module, finit_module, kexec_load, kexec_file_load
      179,
      212, // quotactl, lookup_dcookie
      248,
      249,
      250, // add_key, request_key, keyctl
      256,
      279, // migrate_pages, move_pages
      272,
      308, // unshare, setns
      298,
      300,
      303,
      304, // perf_event_open, fanotify_init, name_to_handle_at, open_by_handle_at
      310,
      311,
      312, // process_vm_readv, process_vm_writev, kcmp
      321,
      323, // bpf, userfaultfd
      ...commonDenied,
    ],
    // memfd_create, shmget: memory that no process is seen to have
    absent: [319, 29, ...commonAbsent],
  },
  arm64: {
    audit: 0xc00000b7,
    ioctl: 29,
    clone: 220,
    sockets: [198, 199],
    modes: [
      [52, 1],
      [53, 2],
    ],
    denied: [
      117,
      116,
      41,
      51,
      40,
      39,
      89,
      224,
      225,
      142,
      105,
      106,
      273,
      104,
      294,
      60,
      18,
      217,
      218,
      219,
      238,
      239,
      97,
      268,
      241,
      262,
      264,
      265,
      270,
      271,
      272,
      280,
      282,
      ...commonDenied,
    ],
    absent: [279, 194, ...commonAbsent],
  },
};

/**
 * The filter for an architecture, as bytes of `struct sock_filter[]` for bubblewrap's `--seccomp`.
 * @param arch as `process.arch` names it; undefined is returned for one that has no table here
 */
export function seccompProgram(arch: string): Buffer | undefined {
  const table = architectures[arch];
  if (!table) return undefined;
  const program: [code: number, jt: number, jf: number, k: number][] = [];
  const refuse = (errno: number): void => void program.push([BPF_RET, 0, 0, RET_ERRNO | errno]);
  const allow = (): void => void program.push([BPF_RET, 0, 0, RET_ALLOW]);
  const load = (offset: number): void => void program.push([BPF_LD_W_ABS, 0, 0, offset]);

  load(ARCH);
  program.push([BPF_JEQ, 1, 0, table.audit]);
  refuse(ENOSYS); // another architecture's calls (int 0x80) have other numbers
  load(NR);
  program.push([BPF_JGE, 0, 1, 0x40000000]); // x32
  refuse(ENOSYS);
  for (const [numbers, errno] of [
    [table.denied, EPERM],
    [table.absent, ENOSYS],
  ] as const) {
    for (const number of numbers) {
      program.push([BPF_JEQ, 0, 1, number]);
      refuse(errno);
    }
  }
  program.push([BPF_JEQ, 0, 5, table.ioctl]);
  load(argument(1));
  program.push([BPF_JEQ, 1, 0, TIOCSTI]);
  program.push([BPF_JEQ, 0, 1, TIOCLINUX]);
  refuse(EPERM);
  allow();
  program.push([BPF_JEQ, 0, 4, table.clone]);
  load(argument(0));
  program.push([BPF_JSET, 0, 1, CLONE_NEW_ANY]);
  refuse(EPERM);
  allow();
  for (const number of table.sockets) {
    program.push([BPF_JEQ, 0, 3 + allowedFamilies.length, number]);
    load(argument(0));
    allowedFamilies.forEach((family, index) => program.push([BPF_JEQ, allowedFamilies.length - index, 0, family]));
    refuse(EAFNOSUPPORT);
    allow();
  }
  for (const [number, position] of table.modes) {
    program.push([BPF_JEQ, 0, 4, number]);
    load(argument(position));
    program.push([BPF_JSET, 0, 1, SET_ID_BITS]);
    refuse(EPERM);
    allow();
  }
  allow();

  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, jt, jf, k], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  });
  return bytes;
}
