import { ChevronDown, ChevronRight } from 'lucide-react';
import type { JSX } from 'react';
import { RowFrame } from './row-parts.tsx';

export interface ArchiveRowProps {
  count: number;
  folded: boolean;
  top: number;
  at: number;
  of: number;
  active: boolean;
  drop: 'above' | 'below' | undefined;
}

export function ArchiveRow({ count, folded, ...frame }: ArchiveRowProps): JSX.Element {
  const Chevron = folded ? ChevronRight : ChevronDown;
  return (
    <RowFrame rowKey="archive" level={1} {...frame} expanded={!folded} draggable={false}>
      <Chevron size={16} strokeWidth={1.5} className="shrink-0 text-faint" aria-hidden="true" />
      <span className="min-w-0 flex-1 truncate text-muted">Archived</span>
      <span className="text-caption text-faint tabular-nums">{count}</span>
    </RowFrame>
  );
}
