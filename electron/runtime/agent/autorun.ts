import type { ApprovalItem, NoticeItem } from '../../../shared/domain/item.ts';
import type { FileSide, HeldFiles, ThreadHeader } from '../../../shared/domain/thread.ts';
import { toErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { AutorunChange, AutorunWatch } from '../ports/autorun.ts';
import type { Ports } from '../ports.ts';
import type { Hands } from './hands.ts';
import { wholeDiff } from './patch/whole-diff.ts';
import { displayPath } from './tools/paths.ts';
import { added, headerOf, record, type Turn } from './turn.ts';

// Files that other tools run or obey by themselves (editor tasks, .envrc, CI definitions, instructions of agents). A command may change
// them in its sandbox, but before anything outside can act on them they are put back as they were, and a person is asked. What is held
// stays in the thread's state until it is answered: over turns, over crashes.

export interface Autorun {
  /** Remembers the files as they are now; undefined where commands run as the user's own. */
  watch(): Promise<AutorunWatch | undefined>;
  /** This change was allowed: it is none for whoever watches. A null stands for a file that is gone. */
  permit(file: string, bytes: Uint8Array | null, mode: number): void;
}

export function createAutorun({ sandbox }: Pick<Ports, 'sandbox'>, hands: Hands): Autorun {
  return {
    watch: async () => (hands.standing().sandboxed ? sandbox.autorun.watch(hands.places.worktree) : undefined),
    permit: (file, bytes, mode) => sandbox.autorun.permit(file, bytes === null ? { kind: 'absent' } : { kind: 'file', bytes, mode }),
  };
}

type Log = Pick<Ports, 'log'>['log'];

const stored = (log: Log, side: FileSide<Uint8Array>): FileSide<string> =>
  side.kind === 'file' ? { ...side, bytes: log.putBlob(side.bytes) } : side;

/** With its bytes; where the log has lost them, it is something that can't be brought back. */
function recalled(log: Log, side: FileSide<string>): FileSide<Uint8Array> {
  if (side.kind !== 'file') return side;
  const bytes = log.blob(side.bytes);
  return bytes ? { ...side, bytes } : { kind: 'other', what: 'a file whose bytes are lost', stamp: '' };
}

/** What a person is shown of a side, as lines. */
function shown(side: FileSide<Uint8Array>, mode: boolean): Uint8Array | null {
  if (side.kind === 'absent') return null;
  if (side.kind === 'link') return Buffer.from(`[a link to ${side.target}]\n`);
  if (side.kind === 'other') return Buffer.from(`[${side.what}: its content is not shown]\n`);
  return mode ? Buffer.concat([Buffer.from(`[mode ${(side.mode & 0o7777).toString(8)}]\n`), side.bytes]) : side.bytes;
}

function diffOf(log: Log, cwd: string, { files }: HeldFiles): string {
  return files
    .map((file) => {
      const [before, after] = [recalled(log, file.before), recalled(log, file.after)];
      const mode = before.kind === 'file' && after.kind === 'file' && before.mode !== after.mode;
      const name = displayPath(cwd, file.path);
      const names = { old: before.kind === 'absent' ? null : name, new: after.kind === 'absent' ? null : name };
      return wholeDiff(names, shown(before, mode), shown(after, mode));
    })
    .join('');
}

/** Their bytes are in the log when it returns. */
export function heldOf({ ids, log }: Pick<Ports, 'ids' | 'log'>, call: string, changed: readonly AutorunChange[]): HeldFiles {
  const files = changed.map(({ path, before, after }) => ({ path, before: stored(log, before), after: stored(log, after) }));
  return { id: ids.next('item'), call, files };
}

/** The question about held files, for a turn that is open. */
export function questionOf({ log, clock }: Pick<Ports, 'log' | 'clock'>, cwd: string, turnId: string, held: HeldFiles): ApprovalItem {
  return {
    type: 'approval',
    id: held.id,
    turnId,
    at: clock.now(),
    call: held.call,
    subject: { kind: 'autorun', paths: held.files.map((file) => file.path), diff: diffOf(log, cwd, held) },
    rule: 'files that other tools run by themselves are held back when a command changes them',
    answers: ['once', 'no'],
    status: 'open',
  };
}

export const heldWords = (cwd: string, changed: readonly Pick<AutorunChange, 'path'>[]): string =>
  `[held back: ${changed.map(({ path: file }) => displayPath(cwd, file)).join(', ')}. Other tools run or obey these files by themselves: they were put back as they were, and the user is asked whether they may change.]`;

/** What goes away goes first: links make room for the folders that they stood for. */
const inOrder = (files: HeldFiles['files']): HeldFiles['files'] =>
  files.toSorted((a, b) => Number(a.before.kind !== 'absent') - Number(b.before.kind !== 'absent'));

/** Brings held files to the side from before the command. May be done twice. The answer says what is not as it was before. */
export async function putBack({ sandbox, log, note }: Ports, held: HeldFiles): Promise<string[]> {
  const words: string[] = [];
  for (const { path: file, before, after } of inOrder(held.files)) {
    try {
      const { done, aside } = await sandbox.autorun.bring(file, recalled(log, after), recalled(log, before));
      if (done === 'differs') words.push(`${file} was changed again meanwhile and was left as it is.`);
      if (aside !== undefined) words.push(`What the command had put at ${file} can't be kept in the log; it is at ${aside} now.`);
    } catch (thrown) {
      note(`put back: ${toErrorData(thrown).message}`);
      words.push(`NOT put back as it was: ${toErrorData(thrown).message}`);
    }
  }
  return words;
}

/** Holds files back and asks about them, together with what else has come about. */
export async function hold(turn: Turn, call: string, changed: readonly AutorunChange[], facts: TurnFact[]): Promise<void> {
  const held = heldOf(turn.ports, call, changed);
  record(turn, [...facts, { type: 'autorun.held', data: held }, added(questionOf(turn.ports, headerOf(turn).cwd, turn.id, held))]);
  const words = await putBack(turn.ports, held);
  if (words.length > 0) tell(turn, words.join(' '), [], 'warning');
}

/**
 * Holds files back while no loop works on the thread, or one that is being stopped: a turn that waits asks at once, the next one when it
 * begins. The answer is what is not as it was before.
 */
export async function holdMeanwhile(
  ports: Ports,
  engine: Engine,
  { id: threadId, cwd }: Pick<ThreadHeader, 'id' | 'cwd'>,
  call: string,
  changed: readonly AutorunChange[],
): Promise<void> {
  const held = heldOf(ports, call, changed);
  const { turn, lastTurn } = engine.header(threadId) ?? {};
  const question = questionOf(ports, cwd, turn?.id ?? lastTurn?.id ?? '', held);
  const notice = (text: string): NoticeItem => ({
    type: 'notice',
    id: ports.ids.next('item'),
    turnId: question.turnId,
    at: ports.clock.now(),
    level: 'warning',
    text,
  });
  const diff = question.subject.kind === 'autorun' ? question.subject.diff : '';
  const said = `${heldWords(cwd, changed).slice(1, -1)}\n${diff}`;
  const waits = turn?.status === 'waiting';
  engine.execute('autorun.record', { threadId, held, item: waits ? question : notice(said) });
  const words = await putBack(ports, held);
  if (words.length > 0) engine.execute('autorun.record', { threadId, item: notice(words.join(' ')) });
}

/** Does what a person has answered about held files, and asks about those that nobody was asked about. `waiting`: for an answer. */
export async function settleHeld(turn: Turn): Promise<'waiting' | undefined> {
  const { ports } = turn;
  let waiting = false;
  for (const held of headerOf(turn).held ?? []) {
    const item = ports.log.item(turn.threadId, held.id)?.item;
    const { cwd } = headerOf(turn);
    if (item?.type !== 'approval' || item.status === 'open' || item.status === 'withdrawn') {
      waiting = true;
      if (item?.type === 'approval' && item.status === 'open') continue;
      const again = item ? { ...held, id: ports.ids.next('item') } : held;
      const moved: TurnFact[] = item
        ? [
            { type: 'autorun.settled', data: { id: held.id } },
            { type: 'autorun.held', data: again },
          ]
        : [];
      record(turn, [...moved, added(questionOf(ports, cwd, turn.id, again))]);
      continue;
    }
    const names = (files: HeldFiles['files']): string => files.map((file) => displayPath(cwd, file.path)).join(', ');
    const kept: HeldFiles['files'] = [];
    const words: string[] = [];
    if (item.status === 'granted') {
      for (const file of held.files) {
        const [before, after] = [recalled(ports.log, file.before), recalled(ports.log, file.after)];
        try {
          if ((await ports.sandbox.autorun.bring(file.path, before, after)).done === 'done') kept.push(file);
          else words.push(`${names([file])} was changed by something else meanwhile and was left as it is.`);
        } catch (thrown) {
          words.push(`NOT changed: ${toErrorData(thrown).message}`);
        }
      }
    } else {
      // Whatever kept them from being put back then may be over.
      const not = await putBack(ports, held);
      words.push(...not);
    }
    const note = item.note ? ` Their note: ${item.note}` : '';
    if (item.status === 'refused')
      words.unshift(`The user said no: ${names(held.files)} ${words.length > 0 ? 'was to stay' : 'stays'} as before the command.${note}`);
    if (kept.length > 0) words.unshift(`The user let ${names(kept)} change; the files are as the command wrote them.${note}`);
    tell(turn, words.join(' '), [{ type: 'autorun.settled', data: { id: held.id } }]);
  }
  return waiting ? 'waiting' : undefined;
}

/** Says something that the window shows and the model reads, together with facts. */
export function tell(turn: Turn, text: string, facts: TurnFact[] = [], level: NoticeItem['level'] = 'note'): void {
  const base = { id: turn.ports.ids.next('item'), turnId: turn.id, at: turn.ports.clock.now() };
  const item: NoticeItem = { type: 'notice', ...base, level, text, told: true };
  record(turn, [...facts, { type: 'item.added', data: { item } }]);
  turn.steers.push({ item: { type: 'user', text: `[${text}]`, images: [] }, said: false });
}
