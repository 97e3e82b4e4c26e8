import type { World } from './world.ts';

/** What is known of a command when it has ended: nothing of it is taken for the truth but what it brought out. */
export interface Seen {
  output: string;
  code: number | null;
  /** It was stopped for the length of its output. */
  flooded?: number;
}

/** The place in which commands are run: without a sandbox, in ours, or in another. */
export interface Range {
  run(command: string, options?: { cwd?: string; during?: () => Promise<void> | void; limit?: number }): Promise<Seen>;
  /** Writes a file as the tools do that change files. */
  write(file: string, text: string): Promise<void>;
}

export const areas = [
  'files',
  'mounts',
  'processes',
  'credentials',
  'network',
  'sockets',
  'git',
  'autorun',
  'kernel',
  'resources',
] as const;

/** An attack as data. Whether it worked is seen on the host, never believed from the command. */
export interface Probe {
  id: string;
  area: (typeof areas)[number];
  /** What the attacker wants, in words that stand in docs/security.md. */
  what: string;
  /** Commands run in the linked worktree beside the project. */
  linked?: boolean;
  profile?: 'read-only';
  /** Hosts that are let through. Absent: no network. */
  hosts?: (world: World) => string[];
  setup?: (world: World) => Promise<void> | void;
  /** The command, or what is done with commands one after another. */
  attack: ((world: World) => string) | { steps: (world: World, range: Range) => Promise<Seen> };
  /** Looked at every now and then while the command runs: what is true once is remembered. */
  during?: (world: World) => boolean;
  /** Has it worked? */
  worked: (world: World, seen: Seen & { during: boolean }) => Promise<boolean> | boolean;
  /** A control without a sandbox must work, or prove nothing. Why there is none for this user on this machine. */
  noControl?: (world: World) => string | undefined;
  /** A gap that is left: the attack works, and why that is so. */
  open?: string;
}

export const root = process.getuid?.() === 0;
/** Only root has what this needs. */
export const onlyRoot = (): string | undefined => (root ? undefined : 'it takes root');
