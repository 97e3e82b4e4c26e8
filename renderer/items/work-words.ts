import type { CallItem } from '../../shared/domain/item.ts';
import { amount, count, duration } from '../parts/time.ts';

/** What a call does, as far as a person sorts it: only calls of one sort are summed up in one line. */
export type WorkKind = 'run' | 'edit' | 'look' | 'other';

const kinds: Readonly<Record<string, WorkKind>> = {
  shell: 'run',
  shell_output: 'run',
  shell_input: 'run',
  shell_stop: 'run',
  apply_patch: 'edit',
  read_file: 'look',
  list_files: 'look',
  search: 'look',
  view_image: 'look',
};
export const workKind = (call: CallItem): WorkKind => kinds[call.tool] ?? 'other';

/** A call that a person should see without opening anything. */
export const standsOut = (call: CallItem): boolean =>
  call.status !== 'done' || (typeof call.detail?.exit === 'number' && call.detail.exit !== 0) || call.detail?.timedOut === true;

/** A title begins with what was done; here is the same while it is done, and before. */
const forms: Readonly<Record<string, readonly [doing: string, toDo: string]>> = {
  Ran: ['Running', 'Run'],
  Started: ['Starting', 'Start'],
  Changed: ['Changing', 'Change'],
  Read: ['Reading', 'Read'],
  Listed: ['Listing', 'List'],
  Searched: ['Searching', 'Search'],
  Looked: ['Looking', 'Look'],
  Typed: ['Typing', 'Type'],
  Stopped: ['Stopping', 'Stop'],
  Updated: ['Updating', 'Update'],
  Called: ['Calling', 'Call'],
};

/** A call's title: of what is done, of what goes on, or of what has not run. */
export function callTitle(call: CallItem, running: boolean): string {
  const ran = call.status === 'done' || call.status === 'failed' || call.status === 'interrupted';
  if (ran) return call.title;
  const [first = '', ...rest] = call.title.split(' ');
  const form = Object.hasOwn(forms, first) ? forms[first] : undefined;
  return form ? [form[running ? 0 : 1], ...rest].join(' ') : call.title;
}

/** A time below half a second says nothing. */
const shortest = 500;

/** How long it took; nothing when a person had to be waited for. */
export function callTime(call: CallItem, asked: boolean): string | undefined {
  return call.endedAt === undefined || asked || call.endedAt - call.at < shortest ? undefined : duration(call.endedAt - call.at);
}

export interface FileSum {
  files: number;
  added: number;
  removed: number;
}

export function sumFiles(calls: readonly CallItem[]): FileSum {
  const paths = new Set<string>();
  let added = 0;
  let removed = 0;
  for (const call of calls) {
    for (const file of call.detail?.files ?? []) {
      paths.add(file.path);
      added += file.added;
      removed += file.removed;
    }
  }
  return { files: paths.size, added, removed };
}

const many = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const inWords: Readonly<Record<string, (calls: number) => string>> = {
  shell: (calls) => `ran ${many(calls, 'command')}`,
  shell_output: (calls) => `read output ${many(calls, 'time')}`,
  shell_input: (calls) => `typed ${many(calls, 'time')}`,
  shell_stop: (calls) => `stopped ${many(calls, 'command')}`,
  list_files: (calls) => `listed ${many(calls, 'folder')}`,
  search: (calls) => `searched ${many(calls, 'time')}`,
  view_image: (calls) => `looked at ${many(calls, 'image')}`,
};

/** One line for several calls of one sort: "Read 5 files, searched 2 times". */
export function workTitle(calls: readonly CallItem[]): string {
  const tools = Map.groupBy(calls, (call) => call.tool);
  const parts = [...tools].map(([tool, group]) => {
    if (tool === 'apply_patch') return `edited ${many(Math.max(sumFiles(group).files, 1), 'file')}`;
    if (tool === 'read_file') return `read ${many(new Set(group.map((call) => call.args.text)).size, 'file')}`;
    return inWords[tool]?.(group.length) ?? `called ${tool} ${many(group.length, 'time')}`;
  });
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How long a group took, from its first start to its last end. */
export function workTime(calls: readonly CallItem[], asked: (call: CallItem) => boolean): string | undefined {
  if (calls.some((call) => call.endedAt === undefined || asked(call))) return undefined;
  const from = Math.min(...calls.map((call) => call.at));
  const to = Math.max(...calls.map((call) => call.endedAt ?? call.at));
  return to - from < shortest ? undefined : duration(to - from);
}

/** Credits with as many digits as say something. */
export function creditWords(credits: number): string {
  return `${amount(credits >= 10 ? Math.round(credits) : Number(credits.toPrecision(2)))} ${credits === 1 ? 'credit' : 'credits'}`;
}
