import type { JSX } from 'react';
import type { ApprovalItem, Subject } from '../../../shared/domain/item.ts';
import { subjectText } from '../../../shared/domain/rule.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { parseDiff } from '../../parts/diff-lines.ts';
import { visible, visibleLine } from '../../parts/safe-text.ts';
import { useThreads } from '../../store/threads.ts';
import { textArgument } from '../arguments.ts';
import { OwnDiff } from '../patch.tsx';
import { usePlaces } from '../place-words.ts';
import { useThread } from '../thread-context.ts';
import { runnerOf } from './runners.ts';

/** Text in a box of its own, every character of it. */
function Exact({ text, what, line = false }: { text: string; what: string; line?: boolean }): JSX.Element {
  return (
    <div className="group/copy relative rounded-box border bg-sunken">
      <pre className="max-h-120 overflow-y-auto px-3 py-2 pr-9 text-code whitespace-pre-wrap wrap-anywhere">
        {line ? visibleLine(text) : visible(text)}
      </pre>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} label={`Copy ${what}`} />
      </div>
    </div>
  );
}

/** A change of files: names that the diff does not say, and the diff. */
function Change({ subject }: { subject: Extract<Subject, { kind: 'write' | 'autorun' }> }): JSX.Element {
  const { below, names } = usePlaces();
  const said = new Set(parseDiff(subject.diff).flatMap(({ path, from }) => [path, from]));
  const unsaid = subject.paths.filter((path) => !names(path).some((name) => said.has(name)));
  const auto = subject.kind === 'autorun';
  return (
    <div className="flex flex-col gap-1.5">
      {auto ? (
        <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5">
          {subject.paths.map((path) => (
            <div key={path} className="contents">
              <dt className="font-mono text-code wrap-anywhere" title={visibleLine(path)}>
                {visibleLine(below(path))}
              </dt>
              <dd className="text-muted">{runnerOf(path)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        unsaid.map((path) => (
          <div key={path} className="font-mono text-code wrap-anywhere" title={visibleLine(path)}>
            {visibleLine(below(path))}
          </div>
        ))
      )}
      <OwnDiff text={subject.diff} heads={!(subject.paths.length === 1 && (auto || unsaid.length === 1))} />
    </div>
  );
}

/** The command of the call that an approval is about, as the model wrote it. */
function useCommandOf(callId: string): string | undefined {
  const { threadId } = useThread();
  return useThreads((threads) => {
    const found = threads[threadId]?.state?.items.findLast(({ item }) => item.id === callId)?.item;
    return found?.type === 'call' ? textArgument(found, 'command') : undefined;
  });
}

function Hosts({ item, hosts }: { item: ApprovalItem; hosts: string[] }): JSX.Element {
  const command = useCommandOf(item.call);
  return (
    <>
      <Exact text={hosts.join('\n')} what={hosts.length === 1 ? 'host' : 'hosts'} />
      {command === undefined ? null : (
        <div className="flex gap-1.5 text-muted">
          <span className="shrink-0">for</span>
          <span className="min-w-0 font-mono text-code whitespace-pre-wrap wrap-anywhere">{visible(command)}</span>
        </div>
      )}
    </>
  );
}

/** Where a command would run: the project by its name, the folder below it, and the whole path on demand. */
export function Folder({ cwd }: { cwd: string }): JSX.Element {
  const { project, below } = usePlaces();
  const path = below(cwd);
  return (
    <span className="wrap-anywhere" title={visibleLine(cwd)}>
      in {path === cwd ? visibleLine(cwd) : visibleLine(path === '' ? project : `${project}/${path}`)}
    </span>
  );
}

/** What is asked for, whole. */
export function Asked({ item }: { item: ApprovalItem }): JSX.Element {
  const { subject } = item;
  if (subject.kind === 'write' || subject.kind === 'autorun') return <Change subject={subject} />;
  if (subject.kind === 'network') return <Hosts item={item} hosts={subject.hosts} />;
  if (subject.kind === 'read') return <Exact text={subjectText(subject)} what="path" line />;
  return <Exact text={subject.command} what="command" />;
}
