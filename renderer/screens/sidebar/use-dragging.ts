import { type DragEvent, useRef, useState } from 'react';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { act } from '../act.ts';
import { placeThread } from './menus.ts';
import type { Row } from './order.ts';

export interface Drop {
  key: string;
  edge: 'above' | 'below';
}

interface DragHandlers {
  onDragStart(event: DragEvent): void;
  onDragOver(event: DragEvent): void;
  onDragLeave(event: DragEvent): void;
  onDrop(event: DragEvent): void;
  onDragEnd(): void;
}

const rowAt = (rows: readonly Row[], target: EventTarget): { row: Row; element: HTMLElement } | undefined => {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null;
  const row = rows.find(({ key }) => key === element?.dataset['key']);
  return row && element ? { row, element } : undefined;
};

/** Threads are put in order within their project, projects among projects. */
export function useDragging(
  rows: readonly Row[],
  threads: Readonly<Record<string, ThreadSummary>>,
): { drop: Drop | undefined; handlers: DragHandlers } {
  const dragged = useRef<Row>(undefined);
  const [drop, setDrop] = useState<Drop>();

  const dropAt = (event: DragEvent): Drop | undefined => {
    const from = dragged.current;
    const at = rowAt(rows, event.target);
    if (!from || !at || at.row.key === from.key) return undefined;
    const box = at.element.getBoundingClientRect();
    const above = event.clientY < box.top + box.height / 2;
    if (from.kind === 'thread') {
      const fits = at.row.kind === 'thread' && !at.row.thread.archived && at.row.thread.projectId === from.thread.projectId;
      return fits ? { key: at.row.key, edge: above ? 'above' : 'below' } : undefined;
    }
    // A project is put above another one, or below the last row of it.
    if (from.kind !== 'project') return undefined;
    if (at.row.kind === 'project' && at.row.project.id !== '') return { key: at.row.key, edge: above ? 'above' : 'below' };
    return undefined;
  };

  const finish = (from: Row, { key, edge }: Drop): void => {
    const index = rows.findIndex((row) => row.key === key);
    const target = rows[index];
    if (from.kind === 'thread' && target?.kind === 'thread') {
      const next = rows[index + 1];
      const before = edge === 'above' ? target : next?.kind === 'thread' ? next : undefined;
      void placeThread(threads[from.thread.id] ?? from.thread, before?.thread.id);
    }
    if (from.kind === 'project' && target?.kind === 'project') {
      const projects = rows.flatMap((row) => (row.kind === 'project' && row.project.id !== '' ? [row.project.id] : []));
      const before = edge === 'above' ? target.project.id : projects[projects.indexOf(target.project.id) + 1];
      if (before !== from.project.id) void act('project.move', { projectId: from.project.id, ...(before === undefined ? {} : { before }) });
    }
  };

  const end = (): void => {
    dragged.current = undefined;
    setDrop(undefined);
  };
  return {
    drop,
    handlers: {
      onDragStart: (event) => {
        const at = rowAt(rows, event.target);
        dragged.current = at?.row;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', at?.row.kind === 'thread' ? `switchyard://thread/${at.row.thread.id}` : '');
      },
      onDragOver: (event) => {
        const next = dropAt(event);
        if (next) event.preventDefault();
        setDrop((was) => (was?.key === next?.key && was?.edge === next?.edge ? was : next));
      },
      onDragLeave: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDrop(undefined);
      },
      onDrop: (event) => {
        const at = dropAt(event);
        event.preventDefault();
        if (dragged.current && at) finish(dragged.current, at);
        end();
      },
      onDragEnd: end,
    },
  };
}
