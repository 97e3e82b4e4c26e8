import type { ApprovalAnswer, ApprovalItem, Subject } from '../../../shared/domain/item.ts';
import { type GrantedSubject, subjectText } from '../../../shared/domain/rule.ts';
import { visibleLine } from '../../parts/safe-text.ts';

/** What is asked, alone and as one of several. */
export const asks: Record<Subject['kind'], { alone: string; among: string }> = {
  command: { alone: 'The agent wants to run a command', among: 'Run a command' },
  outside: { alone: 'The agent wants to leave the sandbox', among: 'Leave the sandbox' },
  network: { alone: 'The agent wants to reach hosts', among: 'Reach hosts' },
  write: { alone: 'The agent wants to change files', among: 'Change files' },
  read: { alone: 'The agent wants to read a file', among: 'Read a file' },
  autorun: { alone: 'Files that other tools run by themselves are held back', among: 'Files held back' },
};

/** What can't be taken back by the sandbox, or acts later outside of it. */
export const isGrave = ({ kind }: Subject): boolean => kind === 'outside' || kind === 'autorun';

/** The words on the buttons. */
export function verbOf({ kind }: Subject, answer: ApprovalAnswer): string {
  if (answer === 'once') return { outside: 'Run outside once', autorun: 'Let them change' }[kind as string] ?? 'Allow once';
  if (answer === 'no') return kind === 'autorun' ? 'Keep them held back' : 'No';
  return answer === 'thread' ? 'Allow in thread' : 'Always …';
}

const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`;

/** What became of it, beside the call that it was about. */
export function traceOf({ subject, status, answer = 'once' }: ApprovalItem): string | undefined {
  if (status === 'open' || status === 'withdrawn') return undefined;
  const granted = status === 'granted';
  if (subject.kind === 'autorun')
    return granted ? `you let ${files(subject.paths.length)} change` : `${files(subject.paths.length)} held back`;
  const how = { once: 'once', thread: 'in this thread', always: 'always', no: '' }[answer];
  if (subject.kind === 'network') {
    const hosts = visibleLine(subject.hosts.length > 2 ? `${subject.hosts.length} hosts` : subject.hosts.join(', '));
    return granted ? `you let it reach ${hosts} ${how}` : `you refused ${hosts}`;
  }
  if (!granted) return 'you said no';
  return answer === 'always' ? 'you always allow it' : `you allowed it ${how}`;
}

/** The same as a sentence, where nothing else says what it was about. */
export function outcomeOf(item: ApprovalItem): string {
  const words = traceOf(item);
  return words === undefined ? 'Not asked any more' : words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the answers to the calls of one line were, in a few words. */
export function sumOf(items: readonly ApprovalItem[]): string | undefined {
  const allowed = items.filter(({ status }) => status === 'granted').length;
  const refused = items.filter(({ status }) => status === 'refused').length;
  const parts = [allowed > 0 ? `allowed ${allowed}` : '', refused > 0 ? `refused ${refused}` : ''].filter(Boolean);
  return parts.length === 0 ? undefined : `you ${parts.join(', ')}`;
}

/** What an answer that is kept lets happen, as a sentence; the subject itself stands beside it. */
export function keptWords({ kind }: GrantedSubject): string {
  return {
    command: 'runs without asking, written exactly so and in this folder',
    network: 'may be reached by commands without asking',
    read: 'may be read without asking',
    write: 'may be changed without asking',
  }[kind];
}

/** A subject in one line. */
export const subjectLine = (subject: Subject | GrantedSubject, below: (path: string) => string): string =>
  visibleLine('paths' in subject ? subject.paths.map(below).join(', ') : subjectText(subject).replaceAll('\n', ', '));
