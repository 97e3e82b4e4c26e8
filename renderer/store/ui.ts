import { create } from 'zustand';
import type { Image, Input } from '../../shared/domain/item.ts';

export type Screen = 'home' | 'thread' | 'settings' | 'search';
export type DockTab = 'changes' | 'plan' | 'files';
export const settingsSections = [
  'General',
  'Appearance',
  'Shortcuts',
  'Providers',
  'Models',
  'Permissions',
  'Policy',
  'Diagnostics',
  'Privacy',
] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** A long pasted text, shown as a chip and sent with the message. */
export interface Attachment {
  id: string;
  name: string;
  text: string;
}
export interface Draft {
  text: string;
  images: Image[];
  attachments: Attachment[];
}
export const emptyDraft: Draft = { text: '', images: [], attachments: [] };

export interface Place {
  screen: Screen;
  threadId?: string;
  projectId?: string;
  section?: SettingsSection;
}

/** What belongs to this window and this person: kept by the runtime as scratch, last write wins. */
export interface Kept {
  theme: 'system' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
  fontSize: number;
  /** Shortcuts that differ from the defaults, by command; '' = none. */
  keys: Record<string, string>;
  sidebar: { open: boolean; width: number };
  dock: { open: boolean; width: number; tab: DockTab };
  drawer: { open: boolean; height: number };
  folded: Record<string, boolean>;
  /** The newest event of each thread that the person has seen. */
  seen: Record<string, number>;
  /** Choices for the next new thread. */
  choice: { provider?: string; model?: string; profile?: string; effort?: string };
  diff: { split: boolean; wrap: boolean };
  welcomed: boolean;
  /** "Not now" to the question of trust, by project: what would have been loaded. It is asked again when that is another thing. */
  later: Record<string, string>;
  /** Ids of the commands that were run last, newest first. */
  recent: string[];
  /** Whether the system tells that a thread needs the person, failed or finished. */
  notices: boolean;
}

export interface UiStore {
  place: Place;
  back: Place[];
  forward: Place[];
  kept: Kept;
  /** Unsent messages, by thread id or `new:` + project id; half-written answers, by `answerKey`. */
  drafts: Record<string, Draft>;
  palette: boolean;
  /** What the palette lets choose from; absent = everything. */
  palettePage?: 'model' | 'effort' | 'profile' | 'project' | undefined;
  shortcuts: boolean;
  /** The panel of permissions is open: of the thread or project that the person is at. */
  permissions: boolean;
  /** Find in thread: what is looked for, and which of the matches is shown; `fromEnd` counts within its item. Absent = closed. */
  find?: { text: string; at: number; match?: { itemId: string; fromEnd: number } } | undefined;
  /** The transcript brings this item into view, marks it (`quiet`: its words are marked instead), and takes the wish away. */
  jump?: { threadId: string; itemId: string; quiet?: boolean } | undefined;
  /** What a command asked the thread's header to do: rename in place, or ask before it deletes. */
  asked?: { what: 'rename' | 'delete'; threadId: string } | undefined;
  /** In a window too narrow for it: the pane that lies over the thread for now. */
  over?: 'sidebar' | 'dock' | undefined;
  toasts: { id: string; text: string; tone: 'note' | 'stop' }[];
}

export const keptDefaults: Kept = {
  theme: 'system',
  density: 'comfortable',
  fontSize: 13,
  keys: {},
  sidebar: { open: true, width: 248 },
  dock: { open: true, width: 420, tab: 'changes' },
  drawer: { open: false, height: 240 },
  folded: {},
  seen: {},
  choice: {},
  diff: { split: false, wrap: true },
  welcomed: false,
  later: {},
  recent: [],
  notices: true,
};

export const useUi = create<UiStore>(() => ({
  place: { screen: 'home' },
  back: [],
  forward: [],
  kept: keptDefaults,
  drafts: {},
  palette: false,
  shortcuts: false,
  permissions: false,
  toasts: [],
}));

export function keep(change: Partial<Kept>): void {
  useUi.setState((state) => ({ kept: { ...state.kept, ...change } }));
}

export function go(place: Place): void {
  useUi.setState((state) => (samePlace(state.place, place) ? {} : { place, back: [...state.back.slice(-49), state.place], forward: [] }));
}

export function goBack(): void {
  useUi.setState(({ place, back, forward }) => {
    const last = back.at(-1);
    return last ? { place: last, back: back.slice(0, -1), forward: [...forward, place] } : {};
  });
}

export function goForward(): void {
  useUi.setState(({ place, back, forward }) => {
    const next = forward.at(-1);
    return next ? { place: next, forward: forward.slice(0, -1), back: [...back, place] } : {};
  });
}

const samePlace = (a: Place, b: Place): boolean =>
  a.screen === b.screen && a.threadId === b.threadId && a.projectId === b.projectId && a.section === b.section;

export function draft(key: string, change: Partial<Draft>): void {
  useUi.setState((state) => ({ drafts: { ...state.drafts, [key]: { ...(state.drafts[key] ?? emptyDraft), ...change } } }));
}

const answersOf = (threadId: string): string => `answer:${threadId}/`;
/** Where a half-written answer to an item is kept. */
export const answerKey = (threadId: string, itemId: string): string => answersOf(threadId) + itemId;

/** Nothing is kept of answers to what the thread does not ask any more, whoever answered it. */
export function keepAnswers(threadId: string, asked: ReadonlySet<string>): void {
  const over = Object.keys(useUi.getState().drafts).filter(
    (key) => key.startsWith(answersOf(threadId)) && !asked.has(key.slice(answersOf(threadId).length)),
  );
  if (over.length === 0) return;
  useUi.setState(({ drafts }) => ({ drafts: Object.fromEntries(Object.entries(drafts).filter(([key]) => !over.includes(key))) }));
}

export function dropAnswer(threadId: string, itemId: string): void {
  const key = answerKey(threadId, itemId);
  if (key in useUi.getState().drafts) useUi.setState(({ drafts: { [key]: _given, ...drafts } }) => ({ drafts }));
}

/** A message was sent to the thread, from whatever window: words that stand there unsent in this one too are not to be sent again. */
export function dropSent(threadId: string, { text, images = [] }: Input): void {
  const draft = useUi.getState().drafts[threadId];
  if (!draft || draft.attachments.length > 0 || draft.text.trim() !== text.text) return;
  if (draft.images.map(({ blob }) => blob).join() === images.map(({ blob }) => blob).join())
    useUi.setState(({ drafts: { [threadId]: _sent, ...drafts } }) => ({ drafts }));
}

/** A thread that is deleted for good leaves nothing behind here either. */
export function forgetThread(threadId: string): void {
  keepAnswers(threadId, new Set());
  useUi.setState(({ drafts: { [threadId]: _draft, ...drafts }, kept }) => {
    const { [threadId]: _at, ...seen } = kept.seen;
    return { drafts, kept: { ...kept, seen } };
  });
}

let toastCount = 0;
/** A line that appears for a few seconds; an error stays until it is closed. */
export function toast(text: string, tone: 'note' | 'stop' = 'note'): void {
  toastCount += 1;
  const id = String(toastCount);
  useUi.setState((state) => ({ toasts: [...state.toasts.slice(-3), { id, text, tone }] }));
  if (tone === 'note') setTimeout(() => dismiss(id), 4000);
}

export function dismiss(id: string): void {
  useUi.setState((state) => ({ toasts: state.toasts.filter((each) => each.id !== id) }));
}
