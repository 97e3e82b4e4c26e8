import path from 'node:path';
import type { Subject } from '../../../shared/domain/item.ts';
import { profiles } from '../../../shared/domain/profile.ts';
import type { Grant } from '../../../shared/domain/thread.ts';
import { AppError } from '../../../shared/errors.ts';

export interface Verdict {
  /** `rule` names what decided, for people. */
  decision: 'allow' | 'ask' | 'refuse';
  rule: string;
}

/** What a judgement depends on. `roots` are the real paths of the project and the thread's folder. */
export interface Standing {
  profile: string;
  grants: Grant[];
  roots: string[];
  /** The program's own data folder: what is in it is nobody's to read or write but the program's. */
  own: string;
}

export function checkProfile(profile: string): void {
  if ((profiles as readonly string[]).includes(profile)) return;
  throw new AppError('invalid', `There is no profile "${profile}".`, { hint: `Use one of: ${profiles.join(', ')}.` });
}

export function inside(file: string, root: string): boolean {
  const inner = path.relative(root, file);
  return inner === '' || (inner !== '..' && !inner.startsWith(`..${path.sep}`) && !path.isAbsolute(inner));
}

function isGranted(subject: Subject, grants: Grant[]): boolean {
  return grants.some(({ subject: grant }) => {
    if (grant.kind !== subject.kind) return false;
    if (grant.kind === 'command' && subject.kind === 'command') return grant.command === subject.command && grant.cwd === subject.cwd;
    if (grant.kind === 'read' && subject.kind === 'read') return grant.path === subject.path;
    return grant.kind === 'write' && subject.kind === 'write' && subject.paths.every((path) => grant.paths.includes(path));
  });
}

/**
 * May this command run, this file be written or read? The one place that says so, for every tool and every shell. Without a sandbox
 * nothing but a person stands between a command and the machine: every command and every write asks, unless the profile is full-access.
 */
export function guard(subject: Subject, { profile, grants, roots, own }: Standing): Verdict {
  const paths = subject.kind === 'read' ? [subject.path] : subject.kind === 'write' ? subject.paths : [];
  if (paths.some((file) => inside(file, own) && !roots.some((root) => root !== own && inside(root, own) && inside(file, root)))) {
    return { decision: 'refuse', rule: "the program's own data folder" };
  }
  if (profile === 'full-access') return { decision: 'allow', rule: 'profile full-access' };
  const holdsOwn = subject.kind === 'read' && inside(own, subject.path);
  if (subject.kind === 'read' && !holdsOwn && roots.some((root) => inside(subject.path, root)))
    return { decision: 'allow', rule: 'reading inside the project' };
  if (subject.kind === 'write' && profile === 'read-only') return { decision: 'refuse', rule: 'profile read-only: no file may be changed' };
  if (isGranted(subject, grants)) return { decision: 'allow', rule: 'granted for this thread' };
  const what = {
    command: 'every command asks',
    outside: 'leaving the sandbox asks',
    network: 'every host asks',
    write: 'every change of a file asks',
    autorun: 'files that run by themselves ask',
    read: 'reading outside the project asks',
  }[subject.kind];
  return { decision: 'ask', rule: `profile ${profile}: ${what}` };
}
