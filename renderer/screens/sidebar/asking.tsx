import { ChevronRight } from 'lucide-react';
import { type JSX, useEffect, useState } from 'react';
import type { Project } from '../../../shared/domain/project.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { trustBound } from '../../../shared/policy/bounds.ts';
import { request } from '../../connection/connection.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm, Dialog } from '../../parts/dialog.tsx';
import { Lock } from '../../parts/lock.tsx';
import { cutLine, visible, visibleLine } from '../../parts/safe-text.ts';
import { count } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { act } from '../act.ts';
import { deleteThread } from '../thread/thread-actions.ts';

/** What the sidebar asks before it does it. */
export type Asked =
  | { what: 'delete'; thread: ThreadSummary }
  | { what: 'remove'; project: Project }
  | { what: 'trust'; project: Project }
  | { what: 'untrust'; project: Project };

export function Asking({ asked, onClose }: { asked: Asked; onClose: () => void }): JSX.Element {
  if (asked.what === 'delete') return <DeleteThread thread={asked.thread} onClose={onClose} />;
  if (asked.what === 'remove') return <RemoveProject project={asked.project} onClose={onClose} />;
  if (asked.what === 'trust') return <TrustProject project={asked.project} onClose={onClose} />;
  return (
    <Confirm
      open
      title={`Stop trusting ${visibleLine(asked.project.name)}?`}
      text="From the next turn on, its instructions and settings are left out. Threads and files stay as they are."
      action="Stop trusting"
      onConfirm={() => void act('project.trust', { projectId: asked.project.id, trusted: false })}
      onClose={onClose}
    />
  );
}

function DeleteThread({ thread, onClose }: { thread: ThreadSummary; onClose: () => void }): JSX.Element {
  return (
    <Confirm
      open
      danger
      title="Delete this thread for good?"
      text={
        <>
          “<bdi>{visibleLine(thread.title)}</bdi>” goes with everything that was said and printed in it. Files in the project stay. This
          can’t be undone; archive it to keep it out of sight instead.
        </>
      }
      action="Delete for good"
      onConfirm={() => void deleteThread(thread.id)}
      onClose={onClose}
    />
  );
}

function RemoveProject({ project, onClose }: { project: Project; onClose: () => void }): JSX.Element {
  const threads = useApp(({ app }) => Object.values(app.threads).filter(({ projectId }) => projectId === project.id).length);
  const archived = threads === 0 ? '' : threads === 1 ? ' Its thread goes to the archive.' : ` Its ${threads} threads go to the archive.`;
  return (
    <Confirm
      open
      title={`Take ${visibleLine(project.name)} off the list?`}
      text={
        <>
          The folder <span className="font-mono text-code break-all text-text">{visibleLine(project.path)}</span> is not touched.{archived}
        </>
      }
      action="Take off the list"
      onConfirm={() => void act('project.remove', { projectId: project.id })}
      onClose={onClose}
    />
  );
}

interface Loaded {
  path: string;
  text: string;
}

/** The files that a trusted project brings along, as they are now. */
async function loadedBy(project: Project): Promise<Loaded[]> {
  const found = await request('file.find', { cwd: project.path, text: 'AGENTS.md', limit: 20 }).catch(() => ({ paths: [] }));
  const names = found.paths.filter((path) => path === 'AGENTS.md' || path.endsWith('/AGENTS.md'));
  const paths = [...new Set(['AGENTS.md', ...names, '.switchyard/config.toml'])];
  const read = paths.map(async (path) => {
    const { text } = await request('file.read', { projectId: project.id, path });
    return { path, text };
  });
  return (await Promise.allSettled(read)).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

const mostShown = 50_000;

/** Nothing in it is hidden from the eye, and it says so when it ends before the file does. */
function FileText({ text }: { text: string }): JSX.Element {
  const cut = cutLine(text, mostShown);
  return (
    <>
      {visible(cut.text)}
      {cut.more > 0 ? (
        <span className="mt-2 block font-sans text-wait">
          {count(cut.more)} more characters are not shown. Look at the file before you trust the project.
        </span>
      ) : null}
    </>
  );
}

function TrustProject({ project, onClose }: { project: Project; onClose: () => void }): JSX.Element {
  const [files, setFiles] = useState<Loaded[]>();
  const policy = usePolicy();
  // Where the user's home is the window does not know: what lies below `~` is left to the runtime.
  const home = policy.values['projects.paths']?.some((path) => path.startsWith('~')) ? undefined : '';
  const locked =
    home === undefined && policy.values['projects.trust'] === 'paths' ? undefined : lockOf(policy, trustBound(policy, project, home ?? ''));
  useEffect(() => {
    let here = true;
    void loadedBy(project).then((loaded) => here && setFiles(loaded));
    return () => {
      here = false;
    };
  }, [project]);
  const trust = (): void => {
    void act('project.trust', { projectId: project.id, trusted: true });
    onClose();
  };
  return (
    <Dialog
      open
      title={`Trust ${visibleLine(project.name)}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Leave untrusted</Button>
          {locked === undefined ? null : <Lock words source={locked} />}
          <Button tone="primary" disabled={locked !== undefined} onClick={trust}>
            Trust this project
          </Button>
        </>
      }
    >
      <p className="text-pretty text-muted">
        A trusted project’s instructions are given to the agent, and its settings may choose the model and tighten permissions. Read them
        first if others can write to <span className="font-mono text-code break-all text-text">{visibleLine(project.path)}</span>.
      </p>
      <h3 className="mt-4 mb-2 font-strong">What would be loaded now</h3>
      {files === undefined ? <p className="text-faint">Looking …</p> : null}
      {files?.length === 0 ? (
        <p className="text-muted">Nothing: there is no AGENTS.md and no .switchyard/config.toml. Files added later would be loaded too.</p>
      ) : null}
      <div className="flex flex-col gap-2">
        {files?.map(({ path, text }) => (
          <details key={path} className="group rounded-box border bg-bg">
            <summary className="flex h-8 cursor-default list-none items-center gap-2 px-3 select-none">
              <ChevronRight size={16} strokeWidth={1.5} className="shrink-0 text-faint group-open:rotate-90" aria-hidden="true" />
              <span className="min-w-0 flex-1 truncate font-mono text-code">{visibleLine(path)}</span>
              <span className="text-caption text-faint tabular-nums">{text.trimEnd().split('\n').length} lines</span>
            </summary>
            <pre
              tabIndex={0}
              className="max-h-72 overflow-auto border-t px-3 py-2 text-code whitespace-pre-wrap text-muted [overflow-wrap:anywhere]"
            >
              <FileText text={text} />
            </pre>
          </details>
        ))}
      </div>
    </Dialog>
  );
}
