import type { KeyboardEvent } from 'react';
import { toggleArchive } from '../thread/thread-actions.ts';
import { moveProject, moveThread } from './menus.ts';
import type { Row } from './order.ts';

export interface TreeKeys {
  rows: readonly Row[];
  active: number;
  focusRow(key: string): void;
  open(row: Row): void;
  rename(key: string): void;
}

/** The keys of a tree (WAI-ARIA Authoring Practices, "Tree View"), and F2, Delete and Alt with the arrows. */
export function useTreeKeys({ rows, active, focusRow, open, rename }: TreeKeys): (event: KeyboardEvent) => void {
  const to = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row) focusRow(row.key);
  };
  /** The row that a row belongs to. */
  const parentOf = (index: number): number => rows.findLastIndex((row, at) => at < index && row.kind !== 'thread');

  return (event) => {
    const row = rows[active];
    if (!row || !(event.target instanceof Element) || event.target.getAttribute('role') !== 'treeitem') return;
    if (event.ctrlKey || event.metaKey) return;
    const closed = row.kind === 'thread' ? undefined : row.folded;
    const byHand = (by: -1 | 1): void => {
      if (row.kind === 'project') moveProject(row.project, by);
      if (row.kind === 'thread' && !row.thread.archived) moveThread(row.thread, by);
      focusRow(row.key);
    };
    const keys: Record<string, (() => void) | undefined> = event.altKey
      ? { ArrowUp: () => byHand(-1), ArrowDown: () => byHand(1) }
      : {
          ArrowUp: () => to(active - 1),
          ArrowDown: () => to(active + 1),
          Home: () => to(0),
          End: () => to(rows.length - 1),
          PageUp: () => to(active - 10),
          PageDown: () => to(active + 10),
          Enter: () => open(row),
          ' ': () => open(row),
          ArrowRight: () => {
            if (closed) open(row);
            else if (closed === false && rows[active + 1]?.kind === 'thread') to(active + 1);
          },
          ArrowLeft: () => {
            if (closed === false) open(row);
            else if (closed === undefined) to(parentOf(active));
          },
          F2: row.kind === 'archive' || (row.kind === 'project' && row.project.id === '') ? undefined : () => rename(row.key),
          Delete:
            row.kind !== 'thread' || row.thread.archived
              ? undefined
              : () => {
                  const next = rows[active + 1] ?? rows[active - 1];
                  if (next) focusRow(next.key);
                  void toggleArchive(row.thread.id);
                },
        };
    const does = keys[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };
}
