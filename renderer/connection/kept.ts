import type { Client } from '../../shared/client/client.ts';
import { type Draft, type Kept, keptDefaults, type Place, useUi } from '../store/ui.ts';

type Requests = Pick<Client, 'request'>;

const writeAfter = 300;

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const keptKey = 'window/kept';
const seenKey = 'window/seen/';
const draftKey = 'window/draft/';

/** One key a field and a thread, so that two windows don't overwrite what the other one changed. */
function keptEntries({ seen, ...fields }: Partial<Kept>): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [field, value] of Object.entries(fields)) entries.set(`${keptKey}/${field}`, JSON.stringify(value));
  for (const [threadId, at] of Object.entries(seen ?? {})) entries.set(seenKey + threadId, JSON.stringify(at));
  return entries;
}

/** What stands under all keys that begin so, by the rest of the key. */
function under(entries: Record<string, string>, prefix: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(entries)) {
    const value = key.startsWith(prefix) ? parsed(text) : undefined;
    if (value !== undefined) found[key.slice(prefix.length)] = value;
  }
  return found;
}

/** Brings back panes, appearance, place and drafts before anything is shown. */
export async function restoreWindow(client: Requests): Promise<void> {
  const { entries } = await client.request('scratch.read', { prefix: 'window/' });
  // Earlier versions kept all fields under one key.
  const old = parsed(entries[keptKey]) as Partial<Kept> | undefined;
  if (old) {
    for (const [key, value] of keptEntries(old)) {
      if (entries[key] !== undefined) continue;
      entries[key] = value;
      client.request('scratch.write', { key, value }).catch(() => undefined);
    }
    client.request('scratch.write', { key: keptKey, value: null }).catch(() => undefined);
  }
  const place = parsed(entries['window/place']) as Place | undefined;
  const kept = {
    ...keptDefaults,
    ...(under(entries, `${keptKey}/`) as Partial<Kept>),
    seen: under(entries, seenKey) as Kept['seen'],
  };
  useUi.setState((state) => ({ kept, place: place ?? state.place, drafts: under(entries, draftKey) as Record<string, Draft> }));
}

/** What has to be written, and dropped, after a change of what is kept. */
function changesOf(kept: Kept, before: Kept): Map<string, string | null> {
  const changes = new Map<string, string | null>();
  const differs = <T extends object>(now: T, then: T): (keyof T & string)[] =>
    (Object.keys({ ...then, ...now }) as (keyof T & string)[]).filter((key) => now[key] !== then[key]);
  for (const field of differs(kept, before)) if (field !== 'seen') changes.set(`${keptKey}/${field}`, JSON.stringify(kept[field]));
  if (kept.seen === before.seen) return changes;
  for (const id of differs(kept.seen, before.seen)) {
    const at = kept.seen[id];
    changes.set(seenKey + id, at === undefined ? null : JSON.stringify(at));
  }
  return changes;
}

/**
 * Writes what changed; last write wins. What somebody wrote, and where they are, is sent at once, for a window may be gone the next
 * moment, with one message under way for each; everything else a moment after its last change. Drafts are read again whenever somebody
 * turns to them: another window may have changed or sent them. The answer ends it.
 */
export function keepWindow(client: Requests): () => void {
  const calm = new Map<string, string | null>();
  const urgent = new Map<string, string | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Keys of what is under way. */
  const sending = new Set<string>();
  let reading = false;
  const post = (entries: Map<string, string | null>): Promise<unknown> => {
    const sent = [...entries].map(([key, value]) => client.request('scratch.write', { key, value }).catch(() => undefined));
    entries.clear();
    return Promise.all(sent);
  };
  const sendUrgent = (): void => {
    if (sending.size > 0 || urgent.size === 0) return;
    for (const key of urgent.keys()) sending.add(key);
    void post(urgent).then(() => {
      sending.clear();
      sendUrgent();
    });
  };
  const readDrafts = async (): Promise<void> => {
    const { entries } = await client.request('scratch.read', { prefix: draftKey });
    const found = under(entries, draftKey) as Record<string, Draft>;
    const { drafts } = useUi.getState();
    // What is not stored yet is newer than what was read.
    const next = { ...found };
    for (const each of [...sending, ...urgent.keys()].filter((name) => name.startsWith(draftKey))) {
      const key = each.slice(draftKey.length);
      delete next[key];
      if (drafts[key]) next[key] = drafts[key];
    }
    reading = true;
    if (JSON.stringify(next) !== JSON.stringify(drafts)) useUi.setState({ drafts: next });
    reading = false;
  };
  const turnTo = (): void => void readDrafts().catch(() => undefined);
  const flush = (): void => {
    clearTimeout(timer);
    void post(calm);
    for (const key of urgent.keys()) sending.add(key);
    void post(urgent);
  };
  const write = (key: string, value: string | null): void => {
    calm.set(key, value);
    clearTimeout(timer);
    timer = setTimeout(() => void post(calm), writeAfter);
  };
  const away = new AbortController();
  const { signal } = away;
  window.addEventListener('pagehide', flush, { signal });
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? flush() : turnTo()), { signal });
  window.addEventListener('focus', turnTo, { signal });
  const unlisten = useUi.subscribe((state, before) => {
    if (state.kept !== before.kept) for (const [key, value] of changesOf(state.kept, before.kept)) write(key, value);
    if (state.place !== before.place) {
      urgent.set('window/place', JSON.stringify(state.place));
      sendUrgent();
      turnTo();
    }
    if (reading || state.drafts === before.drafts) return;
    for (const key of new Set([...Object.keys(state.drafts), ...Object.keys(before.drafts)])) {
      const draft = state.drafts[key];
      if (draft === before.drafts[key]) continue;
      const empty = !draft || (draft.text === '' && draft.images.length + draft.attachments.length === 0);
      urgent.set(draftKey + key, empty ? null : JSON.stringify(draft));
    }
    sendUrgent();
  });
  return () => {
    flush();
    away.abort();
    unlisten();
  };
}
