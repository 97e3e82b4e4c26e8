import type { Effort } from '../../../../shared/domain/model.ts';
import { useApp } from '../../../store/app.ts';
import { useThreads } from '../../../store/threads.ts';
import { keep, useUi } from '../../../store/ui.ts';
import { act } from '../../act.ts';
import { type Choice, choiceFor } from './choices.ts';

/** Whom a composer writes to: a thread, or a new one in a project. */
export interface Target {
  projectId: string;
  threadId?: string;
}

/** Under which its draft is kept. */
export function draftKey({ threadId, projectId }: Target): string {
  return threadId ?? `new:${projectId}`;
}

const usable = (choice: Choice): boolean => choice.provider !== '';

/** What the target works with, now. */
export function choiceOf({ threadId }: Target): Choice {
  const header = threadId === undefined ? undefined : useThreads.getState()[threadId]?.state?.header;
  if (!header) return choiceFor(useApp.getState().settings, useUi.getState().kept.choice);
  const { provider, model, profile, effort } = header;
  return { provider, model, profile, ...(effort ? { effort } : {}) };
}

/** The same, as it changes; undefined until it is known. */
export function useChoice({ threadId }: Target): Choice | undefined {
  const settings = useApp((app) => app.settings);
  const kept = useUi((ui) => ui.kept.choice);
  const inThread = threadId !== undefined;
  const provider = useThreads((threads) => (inThread ? threads[threadId]?.state?.header.provider : undefined));
  const model = useThreads((threads) => (inThread ? threads[threadId]?.state?.header.model : undefined));
  const profile = useThreads((threads) => (inThread ? threads[threadId]?.state?.header.profile : undefined));
  const effort = useThreads((threads) => (inThread ? threads[threadId]?.state?.header.effort : undefined));
  if (!inThread) {
    const choice = choiceFor(settings, kept);
    return usable(choice) ? choice : undefined;
  }
  if (provider === undefined || model === undefined || profile === undefined) return undefined;
  return { provider, model, profile, ...(effort ? { effort } : {}) };
}

/** Changes what the thread works with, or what the next new one will. A new thread's effort may go back to the model's own. */
export function configure({ threadId }: Target, change: Partial<Choice>): void {
  if (threadId !== undefined) void act('thread.configure', { threadId, ...change });
  else keep({ choice: { ...useUi.getState().kept.choice, ...change } });
}

export const isEffort = (text: string, efforts: readonly Effort[]): text is Effort => (efforts as readonly string[]).includes(text);
