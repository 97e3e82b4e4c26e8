// What the window and the program around it say to each other over the host port: abilities of a desktop, and news from it.
// A window in a browser has no host port and none of these. The runtime has no part in it.
import type { ErrorData } from './errors.ts';
import { type Schema, z } from './schema.ts';

/** What a page gets by `window.postMessage` after `window.switchyard.connect()`, with two ports: [runtime, host]. */
export interface Ports {
  kind: 'switchyard.ports';
  /** For the hello on the runtime port. */
  token: string;
  /** The requests that this host answers. */
  abilities: HostRequestName[];
}
export const portsKind = 'switchyard.ports';

interface HostRow<P, R> {
  params: Schema<P>;
  result?: R;
}
const row = <P, R>(params: Schema<P>): HostRow<P, R> => ({ params });
const text = (most: number): ReturnType<typeof z.string> => z.string().check(z.maxLength(most));

/** One row per request that the window may make of its host. */
export const hostRequests = {
  /** `path` is null when nothing was picked. */
  pickFolder: row<{ title?: string | undefined }, { path: string | null }>(z.object({ title: z.optional(text(200)) })),
  /** Only https:, http: and mailto: links; AppError `denied` for any other. */
  openExternal: row<{ url: string }, null>(z.object({ url: text(4000) })),
  /** `shown` is false where the system shows none. A click brings a `deepLink` when there is a thread. */
  showNotification: row<{ title: string; body: string; threadId?: string | undefined }, { shown: boolean }>(
    z.object({ title: text(200), body: text(1000), threadId: z.optional(text(64)) }),
  ),
  /** The number on the dock or taskbar icon; 0 takes it away. */
  setBadge: row<{ count: number }, null>(z.object({ count: z.int().check(z.gte(0), z.lte(99_999)) })),
  copyText: row<{ text: string }, null>(z.object({ text: text(10_000_000) })),
  /** What native parts (menus, dialogs, the frame) look like. */
  setTheme: row<{ theme: 'light' | 'dark' | 'system' }, null>(z.object({ theme: z.enum(['light', 'dark', 'system']) })),
};

type Table = typeof hostRequests;
export type HostRequestName = keyof Table;
export type HostParams<N extends HostRequestName> = Table[N] extends HostRow<infer P, infer _R> ? P : never;
export type HostResult<N extends HostRequestName> = Table[N] extends HostRow<infer _P, infer R> ? R : never;
export const hostRequestNames = Object.keys(hostRequests) as HostRequestName[];

/** From the window. */
export interface HostRequest {
  kind: 'request';
  id: number;
  name: HostRequestName;
  params: unknown;
}
export type HostReply = { kind: 'reply'; id: number; value: unknown } | { kind: 'reply'; id: number; error: ErrorData };

/** How the runtime process is. `down`: the next try comes in `inMs`; `restarting`: it is being made; `attempt` counts from 1. */
export type RuntimeNews =
  | { kind: 'runtime'; state: 'up' }
  | { kind: 'runtime'; state: 'down'; attempt: number; inMs: number; reason: string }
  | { kind: 'runtime'; state: 'restarting'; attempt: number };

/** Entries of the native menu that the window carries out. Their keys are the window's own, so that they can be remapped. */
export const menuCommands = [
  'new-thread',
  'add-project',
  'settings',
  'palette',
  'find',
  'toggle-sidebar',
  'toggle-dock',
  'toggle-drawer',
  'shortcuts',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** To the window. */
export type HostPush = RuntimeNews | { kind: 'deepLink'; threadId: string } | { kind: 'menu'; command: MenuCommand };
export type HostMessage = HostReply | HostPush;
