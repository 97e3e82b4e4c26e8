import { ArrowLeft, File as FileIcon, Files as FilesIcon } from 'lucide-react';
import { type JSX, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { request } from '../../../connection/connection.ts';
import { IconButton } from '../../../parts/button.tsx';
import { CodeBlock } from '../../../parts/code-block.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { TextField } from '../../../parts/field.tsx';
import { languageOfPath } from '../../../parts/highlight.ts';
import { visibleLine } from '../../../parts/safe-text.ts';
import { useApp } from '../../../store/app.ts';
import { useThreads } from '../../../store/threads.ts';
import { wordsOf } from '../../act.ts';
import { stepRow } from './step-row.ts';

const most = 100;
const searchAfter = 80;

function usePaths(cwd: string | undefined, text: string, stamp: string): { paths?: string[]; problem?: string } {
  const [found, setFound] = useState<{ paths?: string[]; problem?: string }>({});
  useEffect(() => {
    if (cwd === undefined) return undefined;
    let over = false;
    const timer = setTimeout(
      () => {
        request('file.find', { cwd, text, limit: most }).then(
          ({ paths }) => !over && setFound({ paths }),
          (thrown: unknown) => !over && setFound({ problem: wordsOf(thrown) }),
        );
      },
      text === '' ? 0 : searchAfter,
    );
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [cwd, text, stamp]);
  return found;
}

/** Paths by their folder, the top one first. */
function byFolder(paths: readonly string[]): [string, string[]][] {
  const folders = new Map<string, string[]>();
  for (const path of paths.toSorted()) {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    folders.set(folder, [...(folders.get(folder) ?? []), path]);
  }
  return [...folders].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function FileRow({ path, folder, onOpen }: { path: string; folder: boolean; onOpen: () => void }): JSX.Element {
  const at = path.lastIndexOf('/') + 1;
  return (
    <li>
      <button
        type="button"
        data-row
        data-path={path}
        onClick={onOpen}
        className="flex h-7 w-full items-center gap-2 px-3 text-left hover:bg-hover"
      >
        <FileIcon size={14} strokeWidth={1.5} className="shrink-0 text-faint" aria-hidden="true" />
        <bdi className="truncate">{visibleLine(path.slice(at))}</bdi>
        {folder && at > 0 && (
          <bdi className="min-w-0 flex-1 truncate text-right text-caption text-faint">{visibleLine(path.slice(0, at - 1))}</bdi>
        )}
      </button>
    </li>
  );
}

interface Read {
  path: string;
  text?: string;
  cut?: boolean;
  problem?: string;
}

function Preview({ projectId, path, shown, onBack }: { projectId: string; path: string; shown: string; onBack: () => void }): JSX.Element {
  const [read, setRead] = useState<Read>();
  const text = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let over = false;
    request('file.read', { projectId, path }).then(
      ({ text, cut }) => !over && setRead({ path, text, cut }),
      (thrown: unknown) => !over && setRead({ path, problem: wordsOf(thrown) }),
    );
    return () => {
      over = true;
    };
  }, [projectId, path]);
  useEffect(() => {
    text.current?.focus();
  }, []);
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onBack();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="flex min-h-0 flex-1 flex-col" onKeyDown={press}>
      <div className="flex h-9 shrink-0 items-center gap-1 border-b px-2">
        <IconButton small label="Back to the files" keys="Escape" icon={ArrowLeft} onClick={onBack} />
        <bdi className="min-w-0 flex-1 truncate font-mono text-code">{visibleLine(shown)}</bdi>
      </div>
      <div
        ref={text}
        role="region"
        aria-label={shown}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto px-3 py-1"
      >
        {read?.problem !== undefined && <p className="py-2 text-muted">{read.problem}</p>}
        {read?.text !== undefined && <CodeBlock code={read.text.replace(/\n$/, '')} language={languageOfPath(path)} named={false} />}
        {read?.cut && <p className="py-2 text-caption text-faint">Only the beginning is shown: the file is larger than 256 KB.</p>}
      </div>
    </div>
  );
}

/** The files of the thread's folder, to look at. */
export function Files({ threadId }: { threadId: string }): JSX.Element {
  const cwd = useThreads((threads) => threads[threadId]?.state?.header.cwd);
  const stamp = useThreads((threads) => threads[threadId]?.state?.header.lastTurn?.id ?? '');
  const projectId = useThreads((threads) => threads[threadId]?.state?.header.projectId) ?? '';
  const root = useApp(({ app }) => app.projects.find(({ id }) => id === projectId)?.path);
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string>();
  const { paths, problem } = usePaths(cwd, text.trim(), stamp);
  if (open !== undefined && cwd !== undefined && root !== undefined) {
    // The runtime reads by paths of the project; the thread may work in a folder below it.
    const below = cwd.startsWith(`${root}/`) ? `${cwd.slice(root.length + 1)}/` : '';
    const back = (): void => {
      setOpen(undefined);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-path="${CSS.escape(open)}"]`)?.focus());
    };
    return <Preview projectId={projectId} path={below + open} shown={open} onBack={back} />;
  }
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    if (stepRow(event)) event.preventDefault();
  };
  const flat = text.trim() !== '';
  return (
    <>
      <div className="shrink-0 border-b px-3 py-2">
        <TextField
          label="Filter files"
          hideLabel
          placeholder="Filter files"
          value={text}
          onChange={setText}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing || paths?.[0] === undefined) return;
            // The rest of this press must not reach what has the focus then.
            event.preventDefault();
            setOpen(paths[0]);
          }}
        />
      </div>
      {problem !== undefined && <Empty text={problem} />}
      {paths?.length === 0 && <Empty icon={FilesIcon} text={flat ? 'No file is called that.' : 'There are no files in this folder yet.'} />}
      {paths && paths.length > 0 && (
        <div onKeyDown={press} role="presentation" className="min-h-0 flex-1 overflow-y-auto py-1">
          {flat ? (
            <ul aria-label="Files">
              {paths.map((path) => (
                <FileRow key={path} path={path} folder onOpen={() => setOpen(path)} />
              ))}
            </ul>
          ) : (
            byFolder(paths).map(([folder, files]) => (
              <section key={folder} aria-label={folder || 'Top folder'} className="pb-1">
                {folder !== '' && <h2 className="px-3 py-1 text-caption text-faint">{visibleLine(folder)}</h2>}
                <ul>
                  {files.map((path) => (
                    <FileRow key={path} path={path} folder={false} onOpen={() => setOpen(path)} />
                  ))}
                </ul>
              </section>
            ))
          )}
          {paths.length === most && <p className="px-3 py-2 text-caption text-faint">These are the first {most}. Type to find others.</p>}
        </div>
      )}
    </>
  );
}
