import { Ban, Globe, ShieldOff } from 'lucide-react';
import type { JSX, ReactNode } from 'react';
import type { ApprovalItem, CallDetail, CallItem, ReasoningItem } from '../../shared/domain/item.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Counts } from '../parts/diff.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { visible, visibleLine } from '../parts/safe-text.ts';
import { Tooltip } from '../parts/tooltip.tsx';
import { traceOf } from './approvals/words.ts';
import { argumentsText, textArgument } from './arguments.ts';
import { BlobImage } from './blob-image.tsx';
import { Line } from './line.tsx';
import { useLiveOutput } from './live-output.ts';
import { useOpened } from './opened.ts';
import { Output } from './output.tsx';
import { Patch } from './patch.tsx';
import { useThread } from './thread-context.ts';
import { callTime, callTitle, sumFiles } from './work-words.ts';

/** How a call stands, in a word; nothing for a plain success. */
function state(call: CallItem, running: boolean): ReactNode {
  const { status, detail } = call;
  if (status === 'open') return <span>{running ? 'running' : 'waiting'}</span>;
  if (status === 'refused') return <span className="text-stop">refused</span>;
  if (status === 'interrupted') return <span>interrupted</span>;
  if (detail?.timedOut) return <span className="text-stop">time limit</span>;
  if (detail?.background !== undefined) return <span>in the background</span>;
  if (detail?.signal !== undefined) return <span className="text-stop">{visibleLine(detail.signal)}</span>;
  if (typeof detail?.exit === 'number' && detail.exit !== 0) return <span className="text-stop">exit {detail.exit}</span>;
  return status === 'failed' ? <span className="text-stop">failed</span> : undefined;
}

/** It ran with the user's own rights, since the user let it. */
export const ranOutside = (answers: readonly ApprovalItem[]): boolean =>
  answers.some(({ subject, status }) => subject.kind === 'outside' && status === 'granted');

export function OutsideMark(): JSX.Element {
  return (
    <Tooltip label="Ran outside of the sandbox, with all your rights">
      <span className="flex items-center gap-1 text-stop">
        <ShieldOff size={12} strokeWidth={1.5} aria-hidden="true" />
        outside
      </span>
    </Tooltip>
  );
}

/** Which hosts it tried to reach, and how that went. */
function Hosts({ hosts }: { hosts: NonNullable<CallDetail['hosts']> }): JSX.Element {
  return (
    <ul aria-label="Hosts" className="my-1 flex flex-wrap gap-x-4 gap-y-0.5 text-caption text-muted">
      {hosts
        .toSorted((a, b) => Number(a.allowed) - Number(b.allowed))
        .map(({ host, allowed, count }) => (
          <li key={`${host} ${allowed}`} className="flex min-w-0 items-center gap-1">
            {allowed ? (
              <Globe size={12} strokeWidth={1.5} className="shrink-0" aria-hidden="true" />
            ) : (
              <Ban size={12} strokeWidth={1.5} className="shrink-0 text-wait" aria-hidden="true" />
            )}
            <span className="font-mono wrap-anywhere">{visibleLine(host)}</span>
            <span className={allowed ? 'text-faint' : 'text-wait'}>
              {allowed ? 'reached' : 'refused'}
              {count > 1 ? ` ${count} times` : ''}
            </span>
          </li>
        ))}
    </ul>
  );
}

const refusedHosts = ({ detail }: CallItem): number => detail?.hosts?.filter(({ allowed }) => !allowed).length ?? 0;

/** The command as the model wrote it, whole. */
function Command({ call, command }: { call: CallItem; command: string }): JSX.Element {
  const folder = textArgument(call, 'workdir');
  return (
    <div className="group/copy relative my-1 rounded-box border bg-sunken px-3 py-2 pr-9 font-mono text-code">
      <div className="max-h-120 overflow-y-auto whitespace-pre-wrap wrap-anywhere">
        <span className="text-faint select-none">$ </span>
        {visible(command)}
      </div>
      {folder !== undefined && <div className="font-sans text-caption text-faint">in {visibleLine(folder)}</div>}
      <div className="absolute top-1 right-1">
        <CopyButton text={command} label="Copy command" />
      </div>
    </div>
  );
}

function CallBody({ call }: { call: CallItem }): JSX.Element {
  const { threadId } = useThread();
  const running = call.status === 'open' && call.tool === 'shell';
  const live = useLiveOutput(threadId, call.id, running);
  if (call.tool === 'apply_patch') return <Patch call={call} />;
  const command = call.tool === 'shell' ? textArgument(call, 'command') : undefined;
  const known = call.tool === 'read_file' || call.tool === 'list_files' || call.tool === 'search' || call.tool === 'view_image';
  const body = running ? { text: live?.text ?? '', bytes: 0 } : call.output;
  return (
    <>
      {command !== undefined ? (
        <Command call={call} command={command} />
      ) : known ? null : (
        <Output itemId={call.id} body={{ text: argumentsText(call), bytes: 0 }} end={false} />
      )}
      {call.detail?.image && <BlobImage image={call.detail.image} />}
      {call.detail?.hosts && <Hosts hosts={call.detail.hosts} />}
      {body && <Output itemId={call.id} body={body} end={call.tool === 'shell' || call.tool === 'shell_output'} live={running} />}
    </>
  );
}

export interface CallProps {
  call: CallItem;
  /** What a person was asked about it, and answered. */
  answers?: readonly ApprovalItem[] | undefined;
  /** Calls run one after another: this is the one. */
  running?: boolean;
  /** What was thought right before it. */
  thoughts?: readonly ReasoningItem[];
}

/** One thing that the agent did: its title, opening in place. */
export function Call({ call, answers = [], running = false, thoughts = [] }: CallProps): JSX.Element {
  const [open, toggle] = useOpened(call.id);
  const time = callTime(call, answers.length > 0);
  const files = call.tool === 'apply_patch' && call.status === 'done' ? sumFiles([call]) : undefined;
  const how = state(call, running);
  const refused = refusedHosts(call);
  return (
    <div data-item={call.id}>
      <Line
        open={open}
        onToggle={toggle}
        meta={
          <>
            {files && <Counts added={files.added} removed={files.removed} />}
            {how}
            {time !== undefined && <span>{time}</span>}
            {refused > 0 && <span className="text-wait">{refused === 1 ? '1 host refused' : `${refused} hosts refused`}</span>}
            {ranOutside(answers) && <OutsideMark />}
            {answers.map((answer) => {
              const trace = traceOf(answer);
              return trace === undefined ? null : <span key={answer.id}>{trace}</span>;
            })}
          </>
        }
      >
        {visibleLine(callTitle(call, running))}
      </Line>
      {answers.map(({ id, note }) =>
        note === undefined ? null : (
          <div key={id} className="ml-5 text-muted wrap-anywhere">
            Your note: {visible(note)}
          </div>
        ),
      )}
      {open && (
        <div className="ml-5">
          {thoughts.map((thought) => (
            <div key={thought.id} className="my-1 border-l pl-3 text-muted">
              <Markdown text={thought.summary} />
            </div>
          ))}
          <CallBody call={call} />
        </div>
      )}
    </div>
  );
}
