// The kernel itself: what commands have no need of is not theirs to call. The host sees what a process holds.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onlyRoot, type Probe } from '../probe.ts';
import { python, type World } from '../world.ts';
import { holds, processesWith } from './processes.ts';

const linkOf = (file: string): string => {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
};
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
};

const hold = (what: string, words: string, more: Partial<Probe> = {}): Probe => ({
  id: `kernel-${what}`,
  area: 'kernel',
  what: words,
  attack: ({ attack, tag, go }) => attack('hold', what, tag, go),
  during: holds,
  worked: (_, { during }) => during,
  ...more,
});

const mayLack = (file: string, wanted: RegExp, reason: string) => (): string | undefined => {
  try {
    return wanted.test(readFileSync(file, 'utf8')) ? undefined : reason;
  } catch {
    return reason;
  }
};

/** Some kernels are built without: tried outside of any sandbox. */
const unlessHad =
  (what: string) =>
  ({ project, tag }: World): string | undefined => {
    try {
      execFileSync(python, [path.join(project, 'attack.py'), 'hold', what, `try-${tag}`, '/'], { stdio: 'ignore' });
      return undefined;
    } catch {
      return 'this machine has none for this user';
    }
  };

export const kernel: readonly Probe[] = [
  hold('io_uring', 'Start io_uring, whose calls no filter sees', { noControl: unlessHad('io_uring') }),
  hold('bpf', 'Load something into BPF', { noControl: unlessHad('bpf') }),
  hold('perf', 'Open performance counters', { noControl: unlessHad('perf') }),
  hold('userfaultfd', 'Hold the kernel up with userfaultfd', { noControl: unlessHad('userfaultfd') }),
  hold('userns', 'Make a user namespace', { noControl: unlessHad('userns') }),
  hold('netns', 'Make a network namespace', { noControl: unlessHad('netns') }),
  hold('fanotify', 'Watch file systems with fanotify', { noControl: unlessHad('fanotify') }),
  hold('vsock', 'Open a socket to the host of this virtual machine', { noControl: unlessHad('vsock') }),
  hold('alg', "Open a socket of the kernel's cryptography", { noControl: unlessHad('alg') }),
  hold('packet', 'Open a socket for whole packets', { noControl: unlessHad('packet') }),
  hold('raw', 'Open a raw socket', { noControl: unlessHad('raw') }),
  hold('netlink-netfilter', "Open a socket to the kernel's packet filter", { noControl: unlessHad('netlink-netfilter') }),
  {
    id: 'kernel-clone3',
    area: 'kernel',
    what: 'Make a user namespace with clone3',
    attack: ({ attack, tag, go }) => attack('clone3', tag, go),
    // The program and its child are not in the same one; those that start the program are none of it.
    during: ({ tag }) =>
      new Set(processesWith(tag).flatMap((pid) => (commandOf(pid).startsWith(python) ? [linkOf(`/proc/${pid}/ns/user`)] : []))).size > 1,
    worked: (_, { during }) => during,
    noControl: mayLack('/proc/sys/user/max_user_namespaces', /^[1-9]/, 'this machine lets nobody'),
  },
  {
    id: 'kernel-int80',
    area: 'kernel',
    what: 'Call the kernel by its 32-bit door',
    attack: ({ attack, project }) => attack('int80', path.join(project, 'made')),
    worked: ({ project }) => existsSync(path.join(project, 'made')),
    noControl: ({ project }) => {
      if (process.arch !== 'x64') return 'this machine has no such door';
      try {
        execFileSync(python, [path.join(project, 'attack.py'), 'int80', path.join(project, 'try')], { stdio: 'ignore' });
      } catch {
        // Where the kernel has none, the program is ended.
      }
      return existsSync(path.join(project, 'try')) ? undefined : 'this kernel has no such door';
    },
  },
  {
    id: 'kernel-x32',
    area: 'kernel',
    what: 'Call the kernel with numbers of x32',
    attack: ({ attack, project }) => attack('x32', path.join(project, 'made')),
    worked: ({ project }) => existsSync(path.join(project, 'made')),
    noControl: () => 'kernels of distributions are built without it',
  },
  {
    id: 'kernel-key-read',
    area: 'kernel',
    what: "Read the user's keys in the kernel's keyring",
    setup: ({ project, tag, canary, later }) => {
      const key = (...args: string[]): string =>
        execFileSync(python, [path.join(project, 'attack.py'), 'key', ...args], { encoding: 'utf8' });
      key('add', tag, canary);
      later(() => void key('remove', tag));
    },
    attack: ({ attack, tag }) => attack('key', 'read', tag),
    worked: ({ canary }, { output }) => output.includes(canary),
  },
  {
    id: 'kernel-key-add',
    area: 'kernel',
    what: "Add a key to the user's keyring",
    attack: ({ attack, tag }) => attack('key', 'add', tag, 'planted'),
    worked: ({ project, tag }) => {
      try {
        const found = execFileSync(python, [path.join(project, 'attack.py'), 'key', 'read', tag], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        execFileSync(python, [path.join(project, 'attack.py'), 'key', 'remove', tag]);
        return found.includes('planted');
      } catch {
        return false;
      }
    },
  },
  {
    id: 'kernel-shared-memory',
    area: 'kernel',
    what: "Change another program's shared memory (System V)",
    setup: ({ project, number, canary, later }) => {
      const shared = (...args: string[]): void =>
        void execFileSync(python, [path.join(project, 'attack.py'), 'shared', ...args], { stdio: 'ignore' });
      shared('make', String(number), canary);
      later(() => shared('remove', String(number)));
    },
    attack: ({ attack, number }) => `${attack('shared', 'read', number)}; ${attack('shared', 'write', number, 'owned')}`,
    worked: ({ project, number }) =>
      execFileSync(python, [path.join(project, 'attack.py'), 'shared', 'read', String(number)], { encoding: 'utf8' }).includes('owned'),
  },
  {
    id: 'kernel-log',
    area: 'kernel',
    what: "Write to the kernel's log",
    attack: ({ tag }) => `echo ${tag} > /dev/kmsg`,
    worked: ({ tag }) => {
      try {
        return execFileSync('dmesg', { encoding: 'latin1', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }).includes(tag);
      } catch {
        return false;
      }
    },
    noControl: onlyRoot,
  },
  {
    id: 'kernel-sysctl',
    area: 'kernel',
    what: 'Change a setting of the kernel below /proc/sys',
    attack: () => 'echo 11 > /proc/sys/kernel/printk_ratelimit_burst',
    worked: ({ later }) => {
      const file = '/proc/sys/kernel/printk_ratelimit_burst';
      const changed = readFileSync(file, 'utf8').trim() === '11';
      if (changed) later(() => writeFileSync(file, '10'));
      return changed;
    },
    noControl: onlyRoot,
  },
  {
    id: 'kernel-cgroup',
    area: 'kernel',
    what: 'Make a control group below /sys',
    attack: ({ tag }) => `mkdir /sys/fs/cgroup/${tag}; sleep 0.2; rmdir /sys/fs/cgroup/${tag}`,
    during: ({ tag }) => existsSync(`/sys/fs/cgroup/${tag}`),
    worked: (_, { during }) => during,
    noControl: () =>
      process.getuid?.() !== 0
        ? 'it takes root'
        : existsSync('/sys/fs/cgroup/cgroup.procs')
          ? undefined
          : 'this machine has no control groups of the second kind',
  },
  {
    id: 'kernel-terminal',
    area: 'kernel',
    what: 'Type into a terminal as if the user did (TIOCSTI)',
    attack: ({ attack, canary }) => attack('terminal', canary),
    worked: ({ canary }, { output }) => output.includes(canary),
    noControl: mayLack('/proc/sys/dev/tty/legacy_tiocsti', /^1/, 'this kernel lets nobody'),
  },
  {
    id: 'kernel-privilege',
    area: 'kernel',
    what: 'Gain privilege by starting a program that has it (set-user-id)',
    attack: ({ attack, tag, go }) => `su -c true root < /dev/null; sudo -n true; ${attack('hold', 'self', tag, go)}`,
    // 1 where no program that is started can gain anything.
    during: ({ tag }) => processesWith(tag).some((pid) => commandOf(pid).startsWith(python) && /NoNewPrivs:\s0/.test(statusOf(pid))),
    worked: (_, { during }) => during,
  },
  {
    id: 'kernel-capabilities',
    area: 'kernel',
    what: 'Keep any capability',
    attack: ({ attack, tag, go }) => attack('hold', 'self', tag, go),
    during: ({ tag }) =>
      processesWith(tag).some((pid) => commandOf(pid).startsWith(python) && /Cap(Prm|Eff|Amb):\s+(?!0{16})/.test(statusOf(pid))),
    worked: (_, { during }) => during,
    noControl: onlyRoot,
  },
];

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
