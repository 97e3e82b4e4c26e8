import { type JSX, useEffect, useState } from 'react';
import type { Body } from '../../shared/domain/item.ts';
import { act } from '../connection/act.ts';
import { CopyButton } from '../parts/copy.tsx';
import { TerminalText } from '../parts/terminal-text.tsx';
import { count } from '../parts/time.ts';
import { byteWords, type Part, readPart } from './reading.ts';
import { useThread } from './thread-context.ts';

const linesAtFirst = 16;
const partBytes = 64 * 1024;

const small = 'rounded px-1.5 text-caption text-muted hover:bg-hover hover:text-text disabled:opacity-50';

/** The whole text of an item, part by part: one part is in memory at a time. */
function Whole({ itemId, onClose }: { itemId: string; onClose: () => void }): JSX.Element {
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
      <div className="h-120 overflow-y-auto px-3 py-2">{part && <TerminalText text={part.text} />}</div>
    </>
  );
}

/**
 * What a call gave: at most 16 lines until somebody asks for more. `end`: its end matters more than its start. `live`: it is being
 * written.
 */
export function Output({ itemId, body, end, live = false }: { itemId: string; body: Body; end: boolean; live?: boolean }): JSX.Element {
  const { threadId } = useThread();
  const [open, setOpen] = useState<'little' | 'shown' | 'whole'>('little');
  const text = body.text.endsWith('\n') ? body.text.slice(0, -1) : body.text;
  const lines = text.split('\n');
  const hidden = Math.max(0, lines.length - linesAtFirst);
  const little = open === 'little' && hidden > 0;
  const shown = little ? (end ? lines.slice(-linesAtFirst) : lines.slice(0, linesAtFirst)).join('\n') : text;
  const whole = async (): Promise<string> => {
    if (!body.whole) return body.text;
    const read = await act('item.read', { threadId, itemId, from: 0, length: 10_000_000 });
    return read?.text ?? body.text;
  };
  const more = (
    <div className="flex gap-1 px-2 py-0.5 font-sans">
      {little && (
        <button type="button" className={small} onClick={() => setOpen('shown')}>
          {count(hidden)} {end ? 'earlier' : 'more'} {hidden === 1 ? 'line' : 'lines'}
        </button>
      )}
      {!little && hidden > 0 && (
        <button type="button" className={small} onClick={() => setOpen('little')}>
          Show less
        </button>
      )}
      {body.whole && !live && (
        <button type="button" className={small} onClick={() => setOpen('whole')}>
          Show all {byteWords(body.bytes)}
        </button>
      )}
    </div>
  );
  const extra = hidden > 0 || (body.whole && !live);
  return (
    <div className="group/copy relative my-1 overflow-hidden rounded-box border bg-sunken font-mono text-code">
      {open === 'whole' ? (
        <Whole itemId={itemId} onClose={() => setOpen('little')} />
      ) : (
        <>
          {extra && end && <div className="border-b">{more}</div>}
          <div className={`px-3 py-2 ${little || hidden === 0 ? 'max-h-120 overflow-y-auto' : 'h-120 overflow-y-auto'}`}>
            {text === '' ? (
              <span className="font-sans text-faint">{live ? 'Nothing printed yet.' : 'No output.'}</span>
            ) : (
              <TerminalText text={shown} />
            )}
          </div>
          {extra && !end && <div className="border-t">{more}</div>}
        </>
      )}
      <div className="absolute right-1 bottom-1">
        <CopyButton text={whole} label="Copy output" />
      </div>
    </div>
  );
}
