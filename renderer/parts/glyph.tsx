import type { JSX } from 'react';
import type { ThreadSummary } from '../../shared/domain/thread.ts';

/** How a thread stands, in the order of how much it wants a person. */
export type GlyphState = 'needs' | 'failed' | 'working' | 'unseen' | 'idle';

export const glyphWords: Record<GlyphState, string> = {
  needs: 'Needs you',
  failed: 'Failed',
  working: 'Working',
  unseen: 'Finished, not seen yet',
  idle: 'Idle',
};

/** `seenAt`: what the person has seen of the thread, in milliseconds. */
export function glyphOf(thread: Pick<ThreadSummary, 'status' | 'createdAt' | 'updatedAt'>, seenAt: number | undefined): GlyphState {
  if (thread.status === 'waiting') return 'needs';
  if (thread.status === 'failed') return 'failed';
  if (thread.status === 'working') return 'working';
  // A thread that nothing has happened in has nothing to be seen.
  return thread.updatedAt > (seenAt ?? thread.createdAt) ? 'unseen' : 'idle';
}

// Drawn, not typed: the characters ● ⚠ ✗ ◐ ○ have another size, or colours of their own, in every font.
const shapes: Record<GlyphState, { colour: string; shape: JSX.Element }> = {
  working: { colour: 'text-accent', shape: <circle cx="8" cy="8" r="4" fill="currentColor" /> },
  needs: {
    colour: 'text-wait',
    shape: (
      <>
        <path d="M8 2.75 14 13H2Z" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
        <path d="M8 6.5v3M8 11.2v.1" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </>
    ),
  },
  failed: { colour: 'text-stop', shape: <path d="m4.5 4.5 7 7m0-7-7 7" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" /> },
  unseen: {
    colour: 'text-note',
    shape: (
      <>
        <circle cx="8" cy="8" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 4a4 4 0 0 0 0 8Z" fill="currentColor" />
      </>
    ),
  },
  idle: { colour: 'text-faint', shape: <circle cx="8" cy="8" r="4" fill="none" stroke="currentColor" strokeWidth="1.25" /> },
};

/** The sign of a thread, with its word for screen readers. `silent` where the word stands beside it. */
export function Glyph({ state, silent = false }: { state: GlyphState; silent?: boolean }): JSX.Element {
  const { colour, shape } = shapes[state];
  const name = silent ? { 'aria-hidden': true as const } : { role: 'img', 'aria-label': glyphWords[state] };
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" className={`shrink-0 ${colour}`} data-glyph={state} {...name}>
      {shape}
    </svg>
  );
}
