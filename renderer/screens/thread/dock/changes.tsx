import { ChevronRight, Columns2, FileDiff, WrapText } from 'lucide-react';
import { type JSX, type KeyboardEvent, useState } from 'react';
import { IconButton } from '../../../parts/button.tsx';
import { Counts, Diff } from '../../../parts/diff.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { visibleLine } from '../../../parts/safe-text.ts';
import { clockTime } from '../../../parts/time.ts';
import { keep, useUi } from '../../../store/ui.ts';
import type { ChangedFile } from './file-changes.ts';
import { stepRow } from './step-row.ts';
import { useChanges } from './use-changes.ts';

const kindWords: Record<ChangedFile['kind'], string> = { added: 'new', removed: 'deleted', renamed: 'moved', changed: '' };

function File({ file, open, onToggle }: { file: ChangedFile; open: boolean; onToggle: () => void }): JSX.Element {
  const diff = useUi((ui) => ui.kept.diff);
  const at = file.path.lastIndexOf('/') + 1;
  const kind = kindWords[file.kind];
  return (
    <li>
      <button
        type="button"
        data-row
        aria-expanded={open}
        onClick={onToggle}
        className="flex h-(--row) w-full items-center gap-1.5 px-3 text-left hover:bg-hover"
      >
        <ChevronRight size={14} strokeWidth={1.5} className={`shrink-0 text-faint ${open ? 'rotate-90' : ''}`} aria-hidden="true" />
        <span className="flex min-w-0 flex-1 items-baseline gap-2">
          <bdi className={`truncate ${file.kind === 'removed' ? 'line-through' : ''}`}>{visibleLine(file.path.slice(at))}</bdi>
          <bdi className="min-w-0 shrink-[9] truncate text-caption text-faint">
            {visibleLine(file.path.slice(0, at).replace(/\/$/, ''))}
          </bdi>
        </span>
        {kind && <span className="shrink-0 text-caption text-faint">{kind}</span>}
        <span className="text-caption">
          <Counts added={file.added} removed={file.removed} />
        </span>
      </button>
      {open && (
        <div className="flex flex-col gap-2 px-3 pt-1 pb-3">
          {file.parts.map((part, index) => (
            <div key={part.callId}>
              {file.parts.length > 1 && (
                <p className="pb-1 text-caption text-faint tabular-nums">
                  Change {index + 1} of {file.parts.length}, {clockTime(part.at)}
                </p>
              )}
              {part.from !== undefined && <p className="pb-1 text-caption text-faint wrap-anywhere">Moved from {visibleLine(part.from)}</p>}
              <Diff text={part.diff} split={diff.split} wrap={diff.wrap} heads={false} />
            </div>
          ))}
        </div>
      )}
    </li>
  );
}

const sum = (files: readonly ChangedFile[], of: 'added' | 'removed'): number => files.reduce((total, file) => total + file[of], 0);

/** What the thread's calls did to files. */
export function Changes({ threadId }: { threadId: string }): JSX.Element {
  const { files, problem } = useChanges(threadId);
  const diff = useUi((ui) => ui.kept.diff);
  // By path; a single file is open from the start.
  const [opened, setOpened] = useState<Record<string, boolean>>({});
  if (problem !== undefined && !files) return <Empty text={problem} />;
  if (!files) return <div aria-busy="true" className="flex-1" />;
  if (files.length === 0)
    return <Empty icon={FileDiff} text="Files that the agent changes in this thread stand here, each with its diff." />;
  const isOpen = (path: string): boolean => opened[path] ?? files.length === 1;
  const toggle = (path: string): void => setOpened((now) => ({ ...now, [path]: !isOpen(path) }));
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    if (stepRow(event)) event.preventDefault();
  };
  return (
    <>
      <div className="flex h-9 shrink-0 items-center gap-2 border-b px-3 text-caption text-muted">
        <span className="flex-1">
          {files.length === 1 ? '1 file' : `${files.length} files`} <Counts added={sum(files, 'added')} removed={sum(files, 'removed')} />
        </span>
        <IconButton
          small
          label="Side by side"
          icon={Columns2}
          pressed={diff.split}
          onClick={() => keep({ diff: { ...diff, split: !diff.split } })}
        />
        <IconButton
          small
          label="Wrap long lines"
          icon={WrapText}
          pressed={diff.wrap}
          onClick={() => keep({ diff: { ...diff, wrap: !diff.wrap } })}
        />
      </div>
      <ul aria-label="Changed files" onKeyDown={press} className="min-h-0 flex-1 overflow-y-auto py-1">
        {files.map((file) => (
          <File key={file.path} file={file} open={isOpen(file.path)} onToggle={() => toggle(file.path)} />
        ))}
      </ul>
    </>
  );
}
