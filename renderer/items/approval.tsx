import { Check, ShieldQuestion, X } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { ApprovalAnswer, ApprovalItem, Subject } from '../../shared/domain/item.ts';
import { answersFor, subjectText } from '../../shared/domain/rule.ts';
import { toErrorData } from '../../shared/errors.ts';
import { answersAllowed } from '../../shared/policy/bounds.ts';
import { request } from '../connection/connection.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { parseDiff } from '../parts/diff-lines.ts';
import { comboText } from '../parts/keys.tsx';
import { Lock } from '../parts/lock.tsx';
import { visible, visibleLine } from '../parts/safe-text.ts';
import { lockOf, usePolicy } from '../store/policy.ts';
import { dropAnswer } from '../store/ui.ts';
import { OwnDiff } from './patch.tsx';
import { usePlaces } from './place-words.ts';
import { handOn, types, useTakeFocus, writeInComposer } from './take-focus.ts';
import { type ThreadPlace, useThread } from './thread-context.ts';
import { useAnswer } from './use-answer.ts';

const asks: Record<Subject['kind'], string> = {
  command: 'The agent wants to run a command',
  outside: 'The agent wants to run a command outside of the sandbox',
  network: 'The agent wants to reach hosts',
  write: 'The agent wants to change files',
  read: 'The agent wants to read a file',
  autorun: 'A command changed files that other tools run by themselves; they are held back',
};
const remembering = [
  ['thread', 'Allow in thread'],
  ['always', 'Always'],
] as const;

/** What is asked for, every character of it. */
function Whole({ subject }: { subject: Subject }): JSX.Element {
  const { below, names } = usePlaces();
  if (subject.kind === 'write' || subject.kind === 'autorun') {
    const said = new Set(parseDiff(subject.diff).flatMap(({ path, from }) => [path, from]));
    const unsaid = subject.paths.filter((path) => !names(path).some((name) => said.has(name)));
    return (
      <div className="flex flex-col gap-1">
        {unsaid.map((path) => (
          <div key={path} className="font-mono text-code wrap-anywhere" title={visibleLine(path)}>
            {visibleLine(below(path))}
          </div>
        ))}
        <OwnDiff text={subject.diff} heads={!(subject.paths.length === 1 && unsaid.length === 1)} />
      </div>
    );
  }
  const text = subjectText(subject);
  const what = { command: 'command', outside: 'command', network: 'hosts', read: 'path' }[subject.kind];
  return (
    <div className="group/copy relative rounded-box border bg-sunken">
      <pre className="max-h-120 overflow-y-auto px-3 py-2 pr-9 text-code whitespace-pre-wrap wrap-anywhere">
        {subject.kind === 'read' ? visibleLine(text) : visible(text)}
      </pre>
      <div className="absolute top-1 right-1">
        <CopyButton text={text} label={`Copy ${what}`} />
      </div>
    </div>
  );
}

const short = (subject: Subject, below: (path: string) => string): string =>
  visibleLine(subject.kind === 'write' || subject.kind === 'autorun' ? subject.paths.map(below).join(', ') : subjectText(subject));

/** Where a command would run: the project by its name, the folder below it, and the whole path on demand. */
function Folder({ cwd }: { cwd: string }): JSX.Element {
  const { project, below } = usePlaces();
  const path = below(cwd);
  return (
    <div className="text-caption text-faint wrap-anywhere" title={visibleLine(cwd)}>
      in {path === cwd ? visibleLine(cwd) : visibleLine(path === '' ? project : `${project}/${path}`)}
    </div>
  );
}

function Closed({ item }: { item: ApprovalItem }): JSX.Element {
  const { below } = usePlaces();
  const granted = item.status === 'granted';
  const Icon = granted ? Check : X;
  const words = granted
    ? { thread: 'Allowed in this thread', always: 'Always allowed', once: 'Allowed once', no: '' }[item.answer ?? 'once']
    : item.status === 'refused'
      ? 'Refused'
      : 'Not asked any more';
  return (
    <div className="flex gap-1.5 text-faint">
      <Icon size={14} strokeWidth={1.5} className="mt-0.75 shrink-0" aria-hidden="true" />
      <span className="truncate">
        {words} · <span className="font-mono text-code">{short(item.subject, below)}</span>
      </span>
    </div>
  );
}

/** Which keys answer now: plain ones while the card has the focus, else the shortcuts. */
function hint(focused: boolean, { approve, refuse, visit }: ThreadPlace['approvalKeys']): string {
  if (focused) return 'Enter allows it, Esc refuses';
  const ways = [approve && `${comboText(approve)} allows it`, refuse && `${comboText(refuse)} refuses`].filter(Boolean);
  return ways.length > 0 ? ways.join(', ') : visit && `${comboText(visit)} goes here`;
}

/** A question that stops the turn: the one thing in a thread that stands out. Focused, Enter allows it once and Esc refuses. */
export function Approval({ item }: { item: ApprovalItem }): JSX.Element {
  return item.status === 'open' ? <Open item={item} /> : <Closed item={item} />;
}

function Open({ item }: { item: ApprovalItem }): JSX.Element {
  const { threadId, approvalKeys } = useThread();
  const [sent, setSent] = useState(false);
  const [note, setNote] = useAnswer(item.id);
  const [noting, setNoting] = useState<'kept' | 'asked' | undefined>(note === '' ? undefined : 'kept');
  const [error, setError] = useState<{ message: string; hint?: string }>();
  const [focused, setFocused] = useState(false);
  const { ref, ready, restart } = useTakeFocus<HTMLElement>(item.id);
  const answer = (given: ApprovalAnswer, words?: string): void => {
    if (sent) return;
    setSent(true);
    setError(undefined);
    const text = words?.trim() ?? '';
    request('approval.answer', { threadId, itemId: item.id, answer: given, ...(text === '' ? {} : { note: text }) }).then(
      () => dropAnswer(threadId, item.id),
      (thrown: unknown) => {
        setSent(false);
        setError(toErrorData(thrown));
      },
    );
  };
  const { subject } = item;
  const policy = usePolicy();
  const allowed = answersAllowed(policy);
  return (
    <section
      ref={ref}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={`Needs you: ${asks[subject.kind]}`}
      data-approval={item.id}
      onKeyDown={(event) => {
        // Keys in its buttons and in the note mean what they mean there.
        if (event.target !== event.currentTarget || event.repeat) return;
        const { key, nativeEvent } = event;
        if (types(nativeEvent)) return writeInComposer();
        if (nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
        if (key !== 'Enter' && key !== 'Escape') return restart();
        event.preventDefault();
        event.stopPropagation();
        if (!ready()) return;
        handOn();
        answer(key === 'Enter' ? 'once' : 'no');
      }}
      onFocus={({ target, currentTarget }) => {
        setFocused(target === currentTarget);
        if (target === currentTarget) restart();
      }}
      onBlur={() => setFocused(false)}
      className="flex flex-col gap-2 rounded-box border border-wait bg-raised px-4 py-3 shadow-float focus-visible:outline-wait"
    >
      <div className="flex items-center gap-2">
        <ShieldQuestion size={16} strokeWidth={1.5} className="shrink-0 text-wait" aria-hidden="true" />
        <span className="font-strong">{asks[subject.kind]}</span>
        <span className="min-w-0 flex-1 truncate text-right text-caption text-faint" title={visibleLine(item.rule)}>
          {visibleLine(item.rule)}
        </span>
      </div>
      <Whole subject={subject} />
      {item.reason !== undefined && <div className="wrap-anywhere">{visible(item.reason)}</div>}
      {(subject.kind === 'command' || subject.kind === 'outside') && <Folder cwd={subject.cwd} />}
      {error && (
        <div role="alert" className="text-stop">
          {error.message} {error.hint}
        </div>
      )}
      {noting === undefined ? (
        <div className="flex flex-wrap items-center gap-2">
          {allowed.includes('once') ? (
            <Button tone="primary" disabled={sent} onClick={() => answer('once')}>
              Allow once
            </Button>
          ) : null}
          {remembering.map(([given, words]) =>
            (item.answers ?? answersFor(subject)).includes(given) && allowed.includes(given) ? (
              <Button key={given} disabled={sent} onClick={() => answer(given)}>
                {words}
              </Button>
            ) : null,
          )}
          <Button disabled={sent} onClick={() => answer('no')}>
            No
          </Button>
          <Button disabled={sent} onClick={() => setNoting('asked')}>
            No, with a note …
          </Button>
          {allowed.length < 4 ? <Lock source={lockOf(policy, { key: 'approvals.answers' }) ?? ''} /> : null}
          <span className="text-caption text-faint">{hint(focused, approvalKeys)}</span>
        </div>
      ) : (
        <form
          className="flex items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            answer('no', note);
          }}
        >
          <input
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={noting === 'asked'}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setNoting(undefined);
              ref.current?.focus();
            }}
            aria-label="Note to the agent"
            placeholder="Tell the agent what to do instead"
            className="h-7 min-w-0 flex-1 rounded-box border border-line-strong bg-bg px-2 outline-none placeholder:text-faint focus-visible:border-accent"
          />
          <Button type="submit" disabled={sent}>
            Refuse
          </Button>
        </form>
      )}
    </section>
  );
}
