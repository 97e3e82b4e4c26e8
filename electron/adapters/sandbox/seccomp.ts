// The filter of system calls, as a program for the kernel's classic BPF machine (linux/seccomp.h, linux/filter.h; seccomp(2)). It takes
// away what no program of a developer needs and what the kernel's holes are usually found in; everything else passes.

/** Instructions: load a word of seccomp_data, jump, return. */
const op = { load: 0x20, jumpEqual: 0x15, jumpAtLeast: 0x35, jumpAnySet: 0x45, result: 0x06 } as const;
/** Where seccomp_data has what: the call's number, the architecture, and the low words of the arguments on a little-endian machine. */
const at = { number: 0, architecture: 4, argument: (index: number): number => 16 + 8 * index } as const;

const allow = 0x7fff0000;
const kill = 0x80000000;
const fail = (errno: number): number => 0x00050000 | errno;
const errnos = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

export interface Architecture {
  /** AUDIT_ARCH_..., linux/audit.h. */
  audit: number;
  /** Numbers from here on are another calling convention (x32). */
  foreign?: number;
  /** -1: there is no such call. */
  calls: Readonly<Record<string, number>>;
}

const names =
  'keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register process_vm_readv process_vm_writev ' +
  'kexec_load kexec_file_load init_module finit_module delete_module mount umount2 pivot_root chroot setns unshare open_by_handle_at open_tree ' +
  'move_mount fsopen fsconfig fsmount fspick mount_setattr open_tree_attr acct swapon swapoff reboot quotactl quotactl_fd fanotify_init syslog ' +
  'settimeofday clock_settime clock_adjtime adjtimex iopl ioperm vhangup lookup_dcookie process_madvise clone clone3 socket ioctl personality ' +
  'chmod fchmod fchmodat fchmodat2 creat open openat openat2 mknod mknodat';
const numbers = (text: string): Record<string, number> => {
  const found = text.split(/\s+/).map(Number);
  return Object.fromEntries(names.split(' ').map((name, index) => [name, found[index] ?? -1]));
};

/** From the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. */
export const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    foreign: 0x40000000,
    calls: numbers(
      '250 248 249 321 298 323 425 426 427 310 311 246 320 175 313 176 165 166 155 161 308 272 304 428 ' +
        '429 430 431 432 433 442 467 163 167 168 169 179 443 300 103 164 227 305 159 172 173 153 212 440 56 435 41 16 135 ' +
        '90 91 268 452 85 2 257 437 133 259',
    ),
  },
  arm64: {
    audit: 0xc00000b7,
    calls: numbers(
      '219 217 218 280 241 282 425 426 427 270 271 104 294 105 273 106 40 39 41 51 268 97 265 428 ' +
        '429 430 431 432 433 442 467 89 224 225 142 60 443 262 116 170 112 266 171 -1 -1 58 18 440 220 435 198 29 92 ' +
        '-1 52 53 452 -1 -1 56 437 -1 33',
    ),
  },
};

/** Refused because programs look for something else then: glibc for clone, libuv for threads. What openat2 is asked no filter can see. */
const absent = new Set(['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register', 'openat2']);

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET: sched.h. */
const newNamespaces = 0x7e020000;
const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
/** Typing into a terminal as if its user did. */
const terminalInput = [0x5412, 0x541c];
/** PER_LINUX, PER_LINUX32, UNAME26, both, "tell me", and without random addresses for debuggers. */
const personalities = [0, 0x8, 0x20000, 0x20008, 0xffffffff, 0x40000];

const setUserId = 0o4000;
/** O_CREAT and O_TMPFILE. */
const makesFile = 0o20000100;

type Instruction = readonly [code: number, value: number, then: number, otherwise: number];
const load = (offset: number): Instruction => [op.load, offset, 0, 0];
const result = (value: number): Instruction => [op.result, value, 0, 0];
/** Runs `body`, which ends in a result, when the number loaded is this one. Afterwards the number is still loaded. */
const whenEqual = (value: number, body: readonly Instruction[]): Instruction[] => [[op.jumpEqual, value, 0, body.length], ...body];

const oneOf = (values: readonly number[], otherwise: number): Instruction[] => [
  ...values.flatMap((value) => whenEqual(value, [result(allow)])),
  result(otherwise),
];

/** A program that runs as its owner, whoever starts it, would outlive the sandbox. `mode` and `flags` are the places of arguments. */
const modeWithout = (mode: number): Instruction[] => [
  load(at.argument(mode)),
  [op.jumpAnySet, setUserId, 0, 1],
  result(fail(errnos.EPERM)),
  result(allow),
];
/** The mode means nothing unless a file is made. */
const makingWithout = (flags: number, mode: number): Instruction[] => [
  load(at.argument(flags)),
  [op.jumpAnySet, makesFile, 1, 0],
  result(allow),
  ...modeWithout(mode),
];

/** Judged by their arguments. */
const bodies: Readonly<Record<string, readonly Instruction[]>> = {
  clone: [load(at.argument(0)), [op.jumpAnySet, newNamespaces, 0, 1], result(fail(errnos.EPERM)), result(allow)],
  socket: [
    load(at.argument(0)),
    // Interfaces may be listed (NETLINK_ROUTE is 0); the kernel's other services are not for commands.
    ...whenEqual(families.netlink, [load(at.argument(2)), ...oneOf([0], fail(errnos.EAFNOSUPPORT))]),
    ...oneOf([families.unix, families.inet, families.inet6], fail(errnos.EAFNOSUPPORT)),
  ],
  ioctl: [load(at.argument(1)), ...terminalInput.flatMap((request) => whenEqual(request, [result(fail(errnos.EPERM))])), result(allow)],
  personality: [load(at.argument(0)), ...oneOf(personalities, fail(errnos.EPERM))],
  chmod: modeWithout(1),
  fchmod: modeWithout(1),
  fchmodat: modeWithout(2),
  fchmodat2: modeWithout(2),
  creat: modeWithout(1),
  mknod: modeWithout(1),
  mknodat: modeWithout(2),
  open: makingWithout(1, 2),
  openat: makingWithout(2, 3),
};

/** The program for an architecture as Node names it; undefined where its numbers are not known. */
export function seccompProgram(arch: string): Uint8Array | undefined {
  const known = architectures[arch];
  if (!known) return undefined;
  const { audit, foreign, calls } = known;
  const program: Instruction[] = [load(at.architecture), [op.jumpEqual, audit, 1, 0], result(kill), load(at.number)];
  if (foreign !== undefined) program.push([op.jumpAtLeast, foreign, 0, 1], result(fail(errnos.ENOSYS)));
  for (const [name, number] of Object.entries(calls)) {
    if (number < 0) continue;
    const refusal = result(fail(absent.has(name) ? errnos.ENOSYS : errnos.EPERM));
    program.push(...whenEqual(number, bodies[name] ?? [refusal]));
  }
  program.push(result(allow));
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, value, then, otherwise]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(then, index * 8 + 2);
    bytes.writeUInt8(otherwise, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
