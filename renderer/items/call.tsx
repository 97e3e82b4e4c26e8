import type { JSX, ReactNode } from 'react';
import type { ApprovalItem, CallItem, ReasoningItem } from '../../shared/domain/item.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Counts } from '../parts/diff.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { visible, visibleLine } from '../parts/safe-text.ts';
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

const answerWords = { once: 'allowed once', thread: 'allowed in this thread', always: 'always allowed', no: 'you said no' };

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
      {body && <Output itemId={call.id} body={body} end={call.tool === 'shell' || call.tool === 'shell_output'} live={running} />}
    </>
  );
}

export interface CallProps {
  call: CallItem;
  answer?: ApprovalItem | undefined;
  /** Calls run one after another: this is the one. */
  running?: boolean;
  /** What was thought right before it. */
  thoughts?: readonly ReasoningItem[];
}

/** One thing that the agent did: its title, opening in place. */
export function Call({ call, answer, running = false, thoughts = [] }: CallProps): JSX.Element {
  const [open, toggle] = useOpened(call.id);
  const time = callTime(call, answer !== undefined);
  const files = call.tool === 'apply_patch' && call.status === 'done' ? sumFiles([call]) : undefined;
  const how = state(call, running);
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
            {answer?.answer && answer.status !== 'withdrawn' && <span>{answerWords[answer.answer]}</span>}
          </>
        }
      >
        {visibleLine(callTitle(call, running))}
      </Line>
      {answer?.note && <div className="ml-5 text-muted">Your note: {visible(answer.note)}</div>}
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
