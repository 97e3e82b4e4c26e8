import { create } from 'zustand';
import type { Subject } from '../../shared/domain/item.ts';
import type { GitHead } from '../../shared/domain/project.ts';
import type { HealthCheck } from '../../shared/protocol/app.ts';
import type { Result } from '../../shared/protocol.ts';
import { type AppState, emptyApp } from '../../shared/state/app.ts';

/** How the window stands to the runtime. `detail` is for people. */
export interface Link {
  state: 'connecting' | 'up' | 'down';
  detail?: string;
  /** Nothing is tried any more: it would be refused again. */
  final?: boolean;
}

/** What a thread wants of a person. */
export type Want = Subject['kind'] | 'question';

/** What every part of the window may know. Written only by connection/. */
export interface AppStore {
  link: Link;
  /** False until the first snapshot and what was kept of the window have arrived: nothing is shown before, so that nothing jumps. */
  ready: boolean;
  app: AppState;
  settings?: Result<'settings.read'>;
  health?: { checks: HealthCheck[]; version: string; home: string; userHome?: string };
  /** What is checked out, by project; one whose folder is in no repository is not there. */
  heads: Readonly<Record<string, GitHead>>;
  /** What open approvals and questions are about, by thread and item; those of before this window are not among them. */
  wants: Readonly<Record<string, Readonly<Record<string, Want>>>>;
  /** What the host can do: pick a folder, open a link. The web host can do nothing. */
  abilities: ReadonlySet<string>;
}

export const useApp = create<AppStore>(() => ({
  link: { state: 'connecting' },
  ready: false,
  app: emptyApp,
  heads: {},
  wants: {},
  abilities: new Set(),
}));
