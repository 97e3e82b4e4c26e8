import { CircleX, X } from 'lucide-react';
import type { JSX } from 'react';
import { dismiss, useUi } from '../store/ui.ts';

export function Toasts(): JSX.Element {
  const toasts = useUi((ui) => ui.toasts);
  return (
    <div className="pointer-events-none fixed top-13 right-4 z-50 flex w-96 flex-col gap-2" aria-live="polite">
      {toasts.map(({ id, text, tone }) => (
        <div
          key={id}
          className="pointer-events-auto flex animate-appear items-start gap-2 rounded-box border bg-raised px-3 py-2 shadow-float"
        >
          {tone === 'stop' ? (
            <CircleX size={16} strokeWidth={1.5} className="mt-0.5 shrink-0 text-stop" role="img" aria-label="Failed" />
          ) : null}
          <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{text}</span>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => dismiss(id)}
            className="rounded p-0.5 text-faint hover:bg-hover hover:text-text"
          >
            <X size={14} strokeWidth={1.5} />
          </button>
        </div>
      ))}
    </div>
  );
}
