import type { ApprovalAnswer, Subject } from './item.ts';

/**
 * What may be remembered of an answer: a change of files by its paths; a command with whether it ran without a sandbox when it was answered,
 * since a yes to what is confined is none to what is not. What goes outside of the sandbox or runs by itself is asked each time.
 */
export type GrantedSubject = Extract<Subject, { kind: 'command' | 'network' | 'read' }> | { kind: 'write'; paths: string[] };

/** An answer of "always": exactly this subject is not asked about again in this project, until it is revoked. */
export interface Rule {
  id: string;
  projectId: string;
  subject: GrantedSubject;
  at: number;
  /** The thread in which it was answered. */
  threadId: string;
  /** The profile in which it was answered, and for which it holds. Absent in older ones. */
  profile?: string;
}

/** The part of a subject that an answer may remember; undefined where it is asked each time. */
export function grantOf(subject: Subject): GrantedSubject | undefined {
  if (subject.kind === 'write') return { kind: 'write', paths: subject.paths };
  return subject.kind === 'outside' || subject.kind === 'autorun' ? undefined : subject;
}

/** The answers that suit a subject. */
export function answersFor(subject: Subject): ApprovalAnswer[] {
  return grantOf(subject) === undefined ? ['once', 'no'] : ['once', 'thread', 'always', 'no'];
}

/** What is asked for as a text: a command, or paths or hosts, one a line. */
export function subjectText(subject: Subject | GrantedSubject): string {
  switch (subject.kind) {
    case 'command':
    case 'outside':
      return subject.command;
    case 'network':
      return subject.hosts.join('\n');
    case 'read':
      return subject.path;
    default:
      return subject.paths.join('\n');
  }
}
