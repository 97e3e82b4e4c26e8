// Permission profiles: what an agent may touch. Where several rules fit, runtime/policy/resolve.ts says which wins.

/** The names of the built-in profiles, from the tightest to the widest. */
export const profiles = ['read-only', 'workspace', 'full-access'] as const;

/** Where a rule was written. `where` is for people: a file, or the words "built in", "your answer", "set by your organisation". */
export interface RuleSource {
  kind: 'built-in' | 'user' | 'project' | 'policy' | 'answer';
  where: string;
  line?: number;
}

export type PathAccess = 'read' | 'write' | 'deny';
/** `path` begins with `/`, or with `:project`, `:worktree`, `:tmp`, `:home` or `:data`, and may hold `*`, `?` and `**` (never in a write rule). A rule for a folder holds for all below it. */
export interface PathRule {
  path: string;
  access: PathAccess;
  source: RuleSource;
}

export type CommandDecision = 'allow' | 'ask' | 'forbid';
/** Fits a command that begins with these words. */
export interface CommandRule {
  prefix: string[];
  decision: CommandDecision;
  reason?: string;
  source: RuleSource;
}

export type NetworkAccess = 'off' | 'list' | 'on';
/** `host`: a name, `*.name` for all below it, an address, each with `:port` where only that port is meant. */
export interface HostRule {
  host: string;
  source: RuleSource;
}

/** A profile with all that it extends put into it. */
export interface Profile {
  name: string;
  about: string;
  /** False for full-access alone: commands run as the user's own. */
  sandbox: boolean;
  paths: PathRule[];
  /** The organisation's: sets of rules of which each must allow what `paths` allows. */
  bounds?: PathRule[][];
  commands: CommandRule[];
  network: { access: NetworkAccess; source: RuleSource; hosts: HostRule[] };
  /** Names of environment variables that commands keep besides the usual ones. */
  environment: { name: string; source: RuleSource }[];
}

/** What the names in path rules stand for: absolute real paths. `worktree` is the thread's folder, `data` the program's own. */
export interface Places {
  project: string;
  worktree: string;
  tmp: string;
  home: string;
  data: string;
}
