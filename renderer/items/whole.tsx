import { type JSX, useEffect, useState } from 'react';
import { visible } from '../parts/safe-text.ts';
import { TerminalText } from '../parts/terminal-text.tsx';
import { byteWords, type Part, readPart } from './reading.ts';
import { useThread } from './thread-context.ts';

const partBytes = 64 * 1024;

const small = 'rounded px-1.5 text-caption text-muted hover:bg-hover hover:text-text disabled:opacity-50';

/** The whole text of an item, part by part: one part is in memory at a time. `words`: as a person wrote them, not as a terminal prints. */
export function Whole({ itemId, onClose, words = false }: { itemId: string; onClose: () => void; words?: boolean }): JSX.Element {
  const { threadId } = useThread();
  const [parts, setParts] = useState<number[]>([0]);
  const [part, setPart] = useState<Part>();
  const [failed, setFailed] = useState<string>();
  const from = parts.at(-1) ?? 0;
  useEffect(() => {
    let gone = false;
    readPart(threadId, itemId, from, partBytes).then(
      (read) => {
        if (!gone) setPart(read);
      },
      (error: Error) => setFailed(error.message),
    );
    return () => {
      gone = true;
    };
  }, [threadId, itemId, from]);
  if (failed !== undefined) return <div className="px-3 py-2 font-sans text-muted">This text could not be read: {failed}</div>;
  return (
    <>
      <div className="flex items-center gap-1 border-b px-2 py-0.5 font-sans">
        <span className="px-1 text-caption text-faint tabular-nums">
          {part ? `${byteWords(part.from)} to ${byteWords(part.to)} of ${byteWords(part.bytes)}` : 'Reading …'}
        </span>
        <span className="flex-1" />
        <button type="button" className={small} disabled={parts.length < 2} onClick={() => setParts(parts.slice(0, -1))}>
          Earlier
        </button>
        <button
          type="button"
          className={small}
          disabled={!part || part.from !== from || part.to >= part.bytes}
          onClick={() => part && setParts([...parts, part.to])}
        >
          Later
        </button>
        <button type="button" className={small} onClick={onClose}>
          Show less
        </button>
      </div>
      <div className="h-120 overflow-y-auto px-3 py-2">
        {part &&
          (words ? <div className="whitespace-pre-wrap wrap-anywhere">{visible(part.text)}</div> : <TerminalText text={part.text} />)}
      </div>
    </>
  );
}
