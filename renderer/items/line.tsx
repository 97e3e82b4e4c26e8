import { ChevronRight } from 'lucide-react';
import type { JSX, ReactNode } from 'react';

/** One quiet line that opens in place. Without `onToggle` there is nothing to open. */
export function Line({
  open = false,
  onToggle,
  meta,
  children,
}: {
  open?: boolean;
  onToggle?: (() => void) | undefined;
  meta?: ReactNode;
  children: ReactNode;
}): JSX.Element {
  const chevron = (
    <ChevronRight
      size={14}
      strokeWidth={1.5}
      aria-hidden="true"
      className={`mt-0.75 shrink-0 text-faint ${open ? 'rotate-90' : ''} ${onToggle ? '' : 'invisible'}`}
    />
  );
  const inside = (
    <>
      {chevron}
      <span className="min-w-0 truncate">{children}</span>
      {meta !== undefined && <span className="flex shrink-0 gap-2 text-faint tabular-nums">{meta}</span>}
    </>
  );
  const box = '-ml-1 flex w-full max-w-full min-w-0 gap-1.5 rounded-box px-1 py-0.5 text-left text-muted';
  if (!onToggle) return <div className={box}>{inside}</div>;
  return (
    <button type="button" aria-expanded={open} onClick={onToggle} className={`${box} hover:bg-hover hover:text-text`}>
      {inside}
    </button>
  );
}
