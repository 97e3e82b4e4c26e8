import { type JSX, useState } from 'react';
import type { Body } from '../../shared/domain/item.ts';
import { CopyButton } from '../parts/copy.tsx';
import { TerminalText } from '../parts/terminal-text.tsx';
import { count } from '../parts/time.ts';
import { byteWords, copyLabel, readAll } from './reading.ts';
import { useThread } from './thread-context.ts';
import { useSought } from './use-sought.ts';
import { Whole } from './whole.tsx';

const linesAtFirst = 16;
/** Of a shorter output nothing is left out here but what colours it. */
const neverCut = 2048;

const small = 'rounded px-1.5 text-caption text-muted hover:bg-hover hover:text-text disabled:opacity-50';

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
  useSought(itemId, hidden > 0 && open === 'little' ? lines.slice(...(end ? [0, -linesAtFirst] : [linesAtFirst])).join('\n') : '', () =>
    setOpen('shown'),
  );
  const cut = body.whole !== undefined && body.bytes > neverCut && !live;
  const whole = async (): Promise<string> => {
    if (!body.whole) return body.text;
    return readAll(threadId, itemId);
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
      {cut && (
        <button type="button" className={small} onClick={() => setOpen('whole')}>
          Show all {byteWords(body.bytes)}
        </button>
      )}
    </div>
  );
  const extra = hidden > 0 || cut;
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
        <CopyButton text={whole} label={copyLabel('Copy output', body)} />
      </div>
    </div>
  );
}
