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

/** Brings back panes, appearance, place and drafts before anything is shown. */
export async function restoreWindow(client: Requests): Promise<void> {
  const { entries } = await client.request('scratch.read', { prefix: 'window/' });
  const kept = parsed(entries['window/kept']) as Partial<Kept> | undefined;
  const place = parsed(entries['window/place']) as Place | undefined;
  const drafts: Record<string, Draft> = {};
  for (const [key, text] of Object.entries(entries)) {
    const draft = key.startsWith('window/draft/') ? (parsed(text) as Draft | undefined) : undefined;
    if (draft) drafts[key.slice('window/draft/'.length)] = draft;
  }
  useUi.setState((state) => ({ kept: { ...keptDefaults, ...kept }, place: place ?? state.place, drafts }));
}

/** Writes what changed, a moment after the last change; last write wins. */
export function keepWindow(client: Requests): void {
  const waiting = new Map<string, string | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [key, value] of waiting) client.request('scratch.write', { key, value }).catch(() => undefined);
    waiting.clear();
  };
  const write = (key: string, value: string | null): void => {
    waiting.set(key, value);
    clearTimeout(timer);
    timer = setTimeout(flush, writeAfter);
  };
  window.addEventListener('pagehide', flush);
  useUi.subscribe((state, before) => {
    if (state.kept !== before.kept) write('window/kept', JSON.stringify(state.kept));
    if (state.place !== before.place) write('window/place', JSON.stringify(state.place));
    if (state.drafts === before.drafts) return;
    for (const key of new Set([...Object.keys(state.drafts), ...Object.keys(before.drafts)])) {
      const draft = state.drafts[key];
      if (draft === before.drafts[key]) continue;
      const empty = !draft || (draft.text === '' && draft.images.length + draft.attachments.length === 0);
      write(`window/draft/${key}`, empty ? null : JSON.stringify(draft));
    }
  });
}
