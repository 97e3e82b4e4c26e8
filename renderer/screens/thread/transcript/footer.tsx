import { GitFork } from 'lucide-react';
import type { JSX } from 'react';
import type { Turn } from '../../../../shared/domain/turn.ts';
import type { ErrorData } from '../../../../shared/errors.ts';
import { act } from '../../../connection/act.ts';
import { useThread } from '../../../items/thread-context.ts';
import { creditWords, type FileSum } from '../../../items/work-words.ts';
import { Counts } from '../../../parts/diff.tsx';
import { visible } from '../../../parts/safe-text.ts';
import { count, duration } from '../../../parts/time.ts';
import { go } from '../../../store/ui.ts';

/** What went wrong, why if known, and what to do; the rest is folded. */
function Failure({ error }: { error: ErrorData }): JSX.Element {
  const details = error.data && Object.keys(error.data).length > 0 ? JSON.stringify(error.data, undefined, 2) : undefined;
  return (
    <div className="mb-1 max-w-prose border-l-2 border-stop pl-3" role="status">
      <span className="text-stop">{visible(error.message)}</span>
      {error.hint !== undefined && <span> {visible(error.hint)}</span>}
      {details !== undefined && (
        <details className="mt-1 text-muted">
          <summary className="w-fit text-caption text-faint">Details</summary>
          <pre className="mt-1 max-h-80 overflow-auto rounded-box border bg-sunken px-3 py-2 whitespace-pre-wrap wrap-anywhere">
            {visible(details)}
          </pre>
        </details>
      )}
    </div>
  );
}

const ends = { done: '', open: '', failed: 'Failed', interrupted: 'Interrupted' };

/** The last line of a turn: how long, what changed, what it cost. */
export function Footer({ turn, files }: { turn: Turn; files?: FileSum | undefined }): JSX.Element {
  const { threadId } = useThread();
  const tokens = turn.tokens.input + turn.tokens.output;
  const parts: (string | JSX.Element)[] = [];
  if (ends[turn.status] !== '') parts.push(ends[turn.status]);
  if (turn.endedAt !== undefined) parts.push(duration(turn.endedAt - turn.startedAt));
  if (files && files.files > 0) {
    parts.push(
      <>
        {count(files.files)} {files.files === 1 ? 'file' : 'files'} <Counts added={files.added} removed={files.removed} />
      </>,
    );
  }
  if (tokens > 0) parts.push(`${count(tokens)} tokens`);
  if (turn.credits > 0) parts.push(creditWords(turn.credits));
  if (turn.model !== undefined && tokens > 0) parts.push(visible(turn.model));
  const fork = async (): Promise<void> => {
    const made = await act('thread.fork', { threadId, turnId: turn.id });
    if (made) go({ screen: 'thread', threadId: made.threadId });
  };
  return (
    <div className="group">
      {turn.error && turn.status === 'failed' && <Failure error={turn.error} />}
      <div className="flex min-h-6 items-center gap-2 text-caption text-faint tabular-nums">
        <span className="min-w-0">
          {parts.map((part, index) => (
            // oxlint-disable-next-line react/no-array-index-key
            <span key={index}>
              {index > 0 && ' '}
              <span className="whitespace-nowrap">
                {part}
                {index < parts.length - 1 && ' ·'}
              </span>
            </span>
          ))}
        </span>
        <button
          type="button"
          onClick={() => void fork()}
          className="flex h-6 shrink-0 items-center gap-1 rounded-box px-1.5 text-muted opacity-0 group-hover:opacity-100 hover:bg-hover hover:text-text focus-visible:opacity-100"
        >
          <GitFork size={14} strokeWidth={1.5} aria-hidden="true" />
          Fork from here
        </button>
      </div>
    </div>
  );
}
