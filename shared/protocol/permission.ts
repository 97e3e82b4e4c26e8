import type { Confinement } from '../domain/confinement.ts';
import type { PathAccess, Profile, RuleSource } from '../domain/profile.ts';
import type { GrantedSubject, Rule } from '../domain/rule.ts';
import { z } from '../schema.ts';
import { query, typed } from './row.ts';

/** What the guard says of one thing that a tool may do. `rule` is for people, `source` where it was written. */
export interface ExplainedVerdict {
  does: 'read' | 'write' | 'run' | 'outside' | 'reach';
  decision: 'allow' | 'ask' | 'refuse';
  rule: string;
  source?: RuleSource;
}

export interface PermissionExplained {
  profile: string;
  /** False: commands run as the user's own. */
  sandbox: boolean;
  /** The thing asked about: a real path, the command line, the host. */
  subject: { kind: 'path' | 'command' | 'domain'; text: string };
  verdicts: ExplainedVerdict[];
  /** Of a path: what commands in the sandbox may do there, and the rule that says so. */
  path?: { access: PathAccess; rule?: { path: string; source: RuleSource } };
  /** Of a command: the rule that fits, if any. False: the line could not be taken apart. */
  command?: { understood: boolean; rule?: { prefix: string[]; reason?: string; source: RuleSource } };
}

/** A profile with all that it extends and what the organisation leaves of it. */
export interface ProfileListed extends Profile {
  /** The one that new threads, or this thread, have. */
  current: boolean;
  /** Why it may not be used. */
  refused?: string;
}

/** Where it is asked about: a thread, a project, or a folder, which then has what its project has. */
const place = { threadId: z.optional(z.string()), projectId: z.optional(z.string()), cwd: z.optional(z.string()) };

export const permissionRows = {
  /** Exactly one of path, command and domain. */
  'permission.explain': query(
    z.object({
      ...place,
      profile: z.optional(z.string()),
      path: z.optional(z.string().check(z.maxLength(4096))),
      command: z.optional(z.string().check(z.maxLength(100_000))),
      domain: z.optional(z.string().check(z.maxLength(300))),
    }),
    typed<PermissionExplained>(),
  ),
  /** What a command there is told to keep to; without `confine` it would run as the user's own. */
  'permission.confinement': query(
    z.object({ ...place, profile: z.optional(z.string()) }),
    typed<{ worktree: string; confine?: Confinement }>(),
  ),
  /** Every profile with each rule's source; the thread's answers, and the project's rules of "always". */
  'profile.list': query(z.object(place), typed<{ profiles: ProfileListed[]; grants: GrantedSubject[]; rules: Rule[] }>()),
};
