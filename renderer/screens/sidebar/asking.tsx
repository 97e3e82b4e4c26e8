import { ChevronRight } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { Project, ProjectLoad } from '../../../shared/domain/project.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { request } from '../../connection/connection.ts';
import { useFromHome } from '../../items/place-words.ts';
import { byteWords } from '../../items/reading.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm, Dialog } from '../../parts/dialog.tsx';
import { Lock } from '../../parts/lock.tsx';
import { cutLine, visible, visibleLine } from '../../parts/safe-text.ts';
import { count } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { act, wordsOf } from '../act.ts';
import { deleteThread } from '../thread/thread-actions.ts';
import { kindName, useLoads } from './loads.ts';
import { useTrustLock } from './trust-lock.ts';

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
  const short = useFromHome();
  const archived = threads === 0 ? '' : threads === 1 ? ' Its thread goes to the archive.' : ` Its ${threads} threads go to the archive.`;
  return (
    <Confirm
      open
      title={`Take ${visibleLine(project.name)} off the list?`}
      text={
        <>
          The folder <span className="font-mono text-code break-all text-text">{visibleLine(short(project.path))}</span> is not touched.
          {archived}
        </>
      }
      action="Take off the list"
      onConfirm={() => void act('project.remove', { projectId: project.id })}
      onClose={onClose}
    />
  );
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

/** A file that would be loaded: what it is, and what it says when it is opened. */
function Load({ project, load }: { project: Project; load: ProjectLoad }): JSX.Element {
  const [text, setText] = useState<string>();
  const read = (): void => {
    if (text !== undefined) return;
    request('file.read', { projectId: project.id, path: load.path }).then(
      (file) => setText(file.text),
      (thrown: unknown) => setText(wordsOf(thrown)),
    );
  };
  return (
    <details className="group rounded-box border bg-bg" onToggle={(event) => event.currentTarget.open && read()}>
      <summary className="flex min-h-8 cursor-default list-none items-center gap-2 px-3 py-1 select-none">
        <ChevronRight size={16} strokeWidth={1.5} className="shrink-0 text-faint group-open:rotate-90" aria-hidden="true" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-mono text-code">{visibleLine(load.path)}</span>
          {load.leads === undefined ? null : (
            <span className="block text-caption wrap-anywhere text-wait">leads out of the project, to {visibleLine(load.leads)}</span>
          )}
        </span>
        <span className="shrink-0 text-caption text-faint">{kindName(load.kind)}</span>
        <span className="w-14 shrink-0 text-right text-caption text-faint tabular-nums">{byteWords(load.bytes)}</span>
      </summary>
      <pre
        tabIndex={0}
        className="max-h-72 overflow-auto border-t px-3 py-2 text-code whitespace-pre-wrap text-muted [overflow-wrap:anywhere]"
      >
        {text === undefined ? 'Reading …' : <FileText text={text} />}
      </pre>
    </details>
  );
}

function TrustProject({ project, onClose }: { project: Project; onClose: () => void }): JSX.Element {
  const found = useLoads(project);
  const short = useFromHome();
  const locked = useTrustLock(project);
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
        first if others can write to <span className="font-mono text-code break-all text-text">{visibleLine(short(project.path))}</span>.
      </p>
      <h3 className="mt-4 mb-2 font-strong">What would be loaded now</h3>
      {found === undefined ? <p className="text-faint">Looking …</p> : null}
      {found?.loads.length === 0 ? (
        <p className="text-muted">
          Nothing: no instructions, settings, skills or environment files. Those added later would be loaded too.
        </p>
      ) : null}
      <div className="flex flex-col gap-2">
        {found?.loads.map((load) => (
          <Load key={`${load.kind} ${load.path}`} project={project} load={load} />
        ))}
        {found?.more ? <p className="text-wait">There are more of these than can be listed. Look at the folder first.</p> : null}
      </div>
    </Dialog>
  );
}
