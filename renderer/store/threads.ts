import { create } from 'zustand';
import type { AppError } from '../../shared/errors.ts';
import type { LiveAnswer } from '../../shared/state/live.ts';
import type { ThreadState } from '../../shared/state/thread.ts';

/** Text of the answer that is streaming, as far as it is shown. */
export type LiveText = LiveAnswer;

export interface ThreadView {
  /** Undefined until the first page is here. */
  state?: ThreadState;
  live?: LiveText;
  loadingOlder: boolean;
  error?: AppError;
}

/** The threads that are open in this window, by id. Written only by connection/. */
export const useThreads = create<Record<string, ThreadView>>(() => ({}));

export const noThread: ThreadView = { loadingOlder: false };
