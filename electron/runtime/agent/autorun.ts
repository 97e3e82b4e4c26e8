import path from 'node:path';
import type { ApprovalItem, NoticeItem } from '../../../shared/domain/item.ts';
import type { HeldFiles } from '../../../shared/domain/thread.ts';
import { AppError, toErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { AutorunChange, Ports } from '../ports.ts';
import type { Hands } from './hands.ts';
import { wholeDiff } from './patch/whole-diff.ts';
import type { Watched } from './tool.ts';
import { displayPath } from './tools/paths.ts';
import { added, headerOf, record, type Turn } from './turn.ts';

// Files that other tools run or obey by themselves (editor tasks, .envrc, CI definitions, instructions of agents). A command may change
// them in its sandbox, but before anything outside can act on them they are put back as they were, and a person is asked.

/** One for each thread; remembers what a person has let be changed. */
export interface Autorun {
  /** Remembers the files as they are now; undefined where commands run as the user's own. */
  watch(): Promise<Watched | undefined>;
  /** This change was allowed: it is none for whoever watches. A null stands for a file that is gone. */
  permit(file: string, bytes: Uint8Array | null): void;
}

export function createAutorun(ports: Pick<Ports, 'sandbox' | 'files'>, hands: Hands, permitted: Map<string, string | null>): Autorun {
  const hash = (bytes: Uint8Array | null): string | null => (bytes === null ? null : ports.files.hash(bytes));
  return {
    watch: async () => {
      if (!hands.standing().sandboxed) return undefined;
      const { changes } = await ports.sandbox.watchAutorun(hands.places.worktree);
      return {
        changes: async () =>
          (await changes()).filter(({ path: file, after }) => !permitted.has(file) || permitted.get(file) !== hash(after)),
      };
    },
    permit: (file, bytes) => void permitted.set(file, hash(bytes)),
  };
}

/** The facts that announce that these files are put back, and ask whether they may change. Their bytes are in the log when it returns. */
export function holdFacts(turn: Turn, call: string, changed: readonly AutorunChange[]): TurnFact[] {
  const { ids, log, clock } = turn.ports;
  const put = (bytes: Uint8Array | null): string | null => (bytes === null ? null : log.putBlob(bytes));
  const id = ids.next('item');
  const { cwd } = headerOf(turn);
  const held: HeldFiles = {
    id,
    call,
    files: changed.map(({ path: file, before, after, mode }) => ({ path: file, before: put(before), after: put(after), mode })),
  };
  const diff = changed.map(({ path: file, before, after }) => {
    const name = displayPath(cwd, file);
    return wholeDiff({ old: before === null ? null : name, new: after === null ? null : name }, before, after);
  });
  const item: ApprovalItem = {
    type: 'approval',
    id,
    turnId: turn.id,
    at: clock.now(),
    call,
    subject: { kind: 'autorun', paths: held.files.map((file) => file.path), diff: turn.redact(diff.join('')) },
    rule: 'files that other tools run by themselves are held back when a command changes them',
    answers: ['once', 'no'],
    status: 'open',
  };
  return [{ type: 'autorun.held', data: held }, added(item)];
}

export const heldWords = (cwd: string, changed: readonly Pick<AutorunChange, 'path'>[]): string =>
  `[held back: ${changed.map(({ path: file }) => displayPath(cwd, file)).join(', ')}. Other tools run or obey these files by themselves: they were put back as they were, and the user is asked whether they may change.]`;

/** Where the sandbox keeps even a file's folder from being written, the program does it itself, but never through a link. */
async function write(ports: Ports, hands: Hands, file: HeldFiles['files'][number], hash: string | null): Promise<void> {
  const bytes = hash === null ? null : (ports.log.blob(hash) ?? undefined);
  if (bytes === undefined) throw new AppError('broken', `The bytes of ${file.path} are not in the log.`);
  const writes = [{ path: file.path, bytes, mode: file.mode }];
  try {
    await (await hands.look()).files.replace(writes);
  } catch (thrown) {
    const folder = path.dirname(file.path);
    if ((await ports.files.realpath(folder)) !== folder) throw thrown;
    await ports.files.replace(writes);
  }
}

async function hashNow({ files }: Pick<Ports, 'files'>, file: string): Promise<string | null | undefined> {
  const stat = await files.stat(file);
  if (stat === undefined) return null;
  const bytes = stat.kind === 'file' ? await files.read(file) : undefined;
  return bytes === undefined ? undefined : files.hash(bytes);
}

/** Brings held files to the side from before the command; what something else has changed since is left alone. May be done twice. */
export async function putBack(ports: Ports, hands: Hands, files: HeldFiles['files']): Promise<void> {
  for (const file of files) {
    try {
      if ((await hashNow(ports, file.path)) === file.after) await write(ports, hands, file, file.before);
    } catch (thrown) {
      ports.note(`${file.path} could not be put back: ${toErrorData(thrown).message}`);
    }
  }
}

/** Does what a person has answered about held files. `waiting`: about some nobody has yet. */
export async function settleHeld(turn: Turn): Promise<'waiting' | undefined> {
  const { ports, hands } = turn;
  for (const held of headerOf(turn).held ?? []) {
    const item = ports.log.item(turn.threadId, held.id)?.item;
    if (item?.type !== 'approval') continue;
    if (item.status === 'open') return 'waiting';
    const { cwd } = headerOf(turn);
    const names = (files: HeldFiles['files']): string => files.map((file) => displayPath(cwd, file.path)).join(', ');
    const kept: HeldFiles['files'] = [];
    const left: HeldFiles['files'] = [];
    for (const file of item.status === 'granted' ? held.files : []) {
      if ((await hashNow(ports, file.path)) === file.after) kept.push(file);
      else if ((await hashNow(ports, file.path)) === file.before) {
        turn.autorun.permit(file.path, file.after === null ? null : (ports.log.blob(file.after) ?? null));
        await write(ports, hands, file, file.after);
        kept.push(file);
      } else left.push(file);
    }
    const note = item.note ? ` Their note: ${item.note}` : '';
    const words = [
      ...(item.status === 'granted' ? [] : [`The user said no: ${names(held.files)} stays as before the command.${note}`]),
      ...(kept.length > 0 ? [`The user let ${names(kept)} change; the files are as the command wrote them.${note}`] : []),
      ...(left.length > 0 ? [`${names(left)} was changed by something else meanwhile and was left as it is.`] : []),
    ];
    tell(turn, words.join(' '), [{ type: 'autorun.settled', data: { id: held.id } }]);
  }
  return undefined;
}

/** Says something that the window shows and the model reads, together with facts. */
export function tell(turn: Turn, text: string, facts: TurnFact[] = []): void {
  const base = { id: turn.ports.ids.next('item'), turnId: turn.id, at: turn.ports.clock.now() };
  const item: NoticeItem = { type: 'notice', ...base, level: 'note', text, told: true };
  record(turn, [...facts, { type: 'item.added', data: { item } }]);
  turn.steers.push({ item: { type: 'user', text: `[${text}]`, images: [] }, said: false });
}
