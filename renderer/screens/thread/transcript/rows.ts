import type { ApprovalItem, CallItem, Item, ReasoningItem, TextItem } from '../../../../shared/domain/item.ts';
import type { OpenTurn } from '../../../../shared/domain/thread.ts';
import type { Turn } from '../../../../shared/domain/turn.ts';
import type { PageItem } from '../../../../shared/protocol/thread.ts';
import { type FileSum, sumFiles, type WorkKind, workKind } from '../../../items/work-words.ts';
import type { LiveText } from '../../../store/threads.ts';
import { liveKey } from './live-keeper.ts';

/** What the transcript shows below one another. `key` stays the same while the row is the same thing. */
export type Row =
  | { kind: 'item'; key: string; item: Exclude<Item, CallItem> }
  | { kind: 'plan'; key: string; call: CallItem }
  /** What is asked now. Those that are answered stay among the others until the last one is. */
  | { kind: 'asks'; key: string; items: ApprovalItem[] }
  /** Calls of one sort that follow each other, with the thoughts between them; `answers` are the closed approvals, by call. */
  | {
      kind: 'work';
      key: string;
      work: WorkKind;
      calls: CallItem[];
      parts: (CallItem | ReasoningItem)[];
      answers: ReadonlyMap<string, readonly ApprovalItem[]>;
    }
  /** `files` is missing where the start of the turn is not loaded. */
  | { kind: 'footer'; key: string; turn: Turn; files?: FileSum; last: boolean }
  | { kind: 'thinking'; key: string; text: string }
  | { kind: 'live'; key: string; item: TextItem }
  | { kind: 'waiting'; key: string; since: number; stopping: boolean }
  | { kind: 'retry'; key: string; reason: string; at: number; attempt: number };

type Work = Extract<Row, { kind: 'work' }>;

/** Ids of the items that a row shows. */
export function itemsIn(row: Row): string[] {
  if (row.kind === 'item') return [row.item.id];
  if (row.kind === 'plan') return [row.call.id];
  if (row.kind === 'asks') return row.items.map(({ id }) => id);
  if (row.kind === 'work') {
    const answers = row.calls.flatMap((call) => row.answers.get(call.id) ?? []);
    return [...row.parts, ...answers].map(({ id }) => id);
  }
  return [];
}

/** The approvals that are asked for together: calls wait until the last of them is answered. Empty when none is open. */
function askedNow(items: readonly Item[]): ApprovalItem[] {
  const waiting = new Set(items.flatMap((item) => (item.type === 'call' && item.status === 'open' ? [item.id] : [])));
  const approvals = items.filter((item): item is ApprovalItem => item.type === 'approval');
  if (!approvals.some(({ status }) => status === 'open')) return [];
  return approvals.filter(({ status, call }) => status === 'open' || (status !== 'withdrawn' && waiting.has(call)));
}

/** The rows of one turn's items, without its footer. */
function turnRows(items: readonly Item[]): Row[] {
  const calls = new Set(items.flatMap((item) => (item.type === 'call' ? [item.id] : [])));
  const now = askedNow(items);
  const together = new Set<Item>(now);
  const answers = new Map<string, ApprovalItem[]>();
  // What is asked about is shown by the question itself.
  const asked = new Set<string>();
  for (const item of items) {
    if (item.type === 'question' || (item.type === 'approval' && together.has(item))) asked.add(item.call);
    else if (item.type === 'approval') answers.set(item.call, [...(answers.get(item.call) ?? []), item]);
  }
  const rows: Row[] = [];
  let work: Work | undefined;
  let thoughts: ReasoningItem[] = [];
  const endThoughts = (): void => {
    for (const item of thoughts) rows.push({ kind: 'item', key: item.id, item });
    thoughts = [];
  };
  const endWork = (): void => {
    work = undefined;
    endThoughts();
  };
  const addWork = (call: CallItem): void => {
    const kind = workKind(call);
    // What was thought before it belongs to it.
    if (work?.work !== kind) {
      work = { kind: 'work', key: call.id, work: kind, calls: [], parts: [], answers };
      rows.push(work);
    }
    work.parts.push(...thoughts, call);
    work.calls.push(call);
    thoughts = [];
  };
  for (const item of items) {
    if (item.type === 'reasoning') {
      if (item.summary.trim() !== '') thoughts.push(item);
    } else if (item.type === 'call') {
      if (asked.has(item.id) && (item.tool === 'ask_user' || item.status === 'open')) continue;
      if (item.tool === 'update_plan' && item.status === 'done') {
        endWork();
        rows.push({ kind: 'plan', key: item.id, call: item });
      } else addWork(item);
    } else if (together.has(item)) {
      if (item !== now[0]) continue;
      endWork();
      rows.push({ kind: 'asks', key: item.id, items: now });
    } else if (item.type === 'approval' && calls.has(item.call)) {
      // Said in the line of the call that it was about.
    } else {
      endWork();
      rows.push({ kind: 'item', key: item.id, item });
    }
  }
  endWork();
  return rows;
}

const same = (a: readonly Item[], b: readonly Item[]): boolean => a.length === b.length && a.every((item, index) => item === b[index]);

interface KnownTurn {
  items: Item[];
  rows: Row[];
  footer?: Extract<Row, { kind: 'footer' }>;
}

export interface RowsInput {
  items: readonly PageItem[];
  turns: readonly Turn[];
  /** False while older items are not loaded. */
  whole: boolean;
}

export type RowBuilder = (input: RowsInput) => Row[];

/** Makes rows of items. Rows of turns that did not change are the very same objects as before. */
export function createRowBuilder(): RowBuilder {
  let known = new Map<string, KnownTurn>();
  return ({ items, turns, whole }) => {
    const next = new Map<string, KnownTurn>();
    const byId = new Map(turns.map((turn) => [turn.id, turn]));
    const groups = Map.groupBy(items, ({ item }) => item.turnId);
    const lastTurn = items.at(-1)?.item.turnId;
    const all: Row[] = [];
    let first = true;
    for (const [turnId, entries] of groups) {
      const own = entries.map(({ item }) => item);
      const before = known.get(turnId);
      const rows = before && same(before.items, own) ? before.rows : turnRows(own);
      all.push(...rows);
      const turn = byId.get(turnId);
      const entry: KnownTurn = { items: own, rows };
      if (turn && turn.status !== 'open') {
        const last = turnId === lastTurn;
        const cut = first && !whole && own[0]?.type !== 'user';
        const old = before?.footer;
        const files = cut ? undefined : sumFiles(own.filter((item) => item.type === 'call'));
        const unchanged = old && before.rows === rows && old.turn === turn && old.last === last && (old.files === undefined) === cut;
        entry.footer = unchanged ? old : { kind: 'footer', key: `end ${turnId}`, turn, last, ...(files ? { files } : {}) };
        all.push(entry.footer);
      }
      next.set(turnId, entry);
      first = false;
    }
    known = next;
    return all;
  };
}

/** Rows for what goes on and is no item yet. */
export function liveRows(turn: OpenTurn | undefined, live: LiveText | undefined): Row[] {
  if (!turn) return [];
  const rows: Row[] = [];
  if (live && live.reasoning.trim() !== '') rows.push({ kind: 'thinking', key: `thinking ${live.requestId}`, text: live.reasoning });
  if (live && live.text !== '') {
    const item: TextItem = { type: 'text', id: live.requestId, turnId: turn.id, at: 0, body: { text: live.text, bytes: 0 } };
    rows.push({ kind: 'live', key: liveKey(live.requestId), item });
  }
  const { request } = turn;
  if (turn.status === 'stopping') rows.push({ kind: 'waiting', key: 'waiting', since: turn.startedAt, stopping: true });
  else if (request?.retry && !live) {
    rows.push({
      kind: 'retry',
      key: `retry ${request.attempt}`,
      reason: request.retry.reason,
      at: request.retry.at,
      attempt: request.attempt,
    });
  } else if (rows.length === 0 && turn.status === 'running' && turn.calls.length === 0) {
    rows.push({ kind: 'waiting', key: 'waiting', since: request?.startedAt ?? turn.startedAt, stopping: false });
  }
  return rows;
}
