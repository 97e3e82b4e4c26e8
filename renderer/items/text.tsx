import { type JSX, useEffect, useState } from 'react';
import type { TextItem } from '../../shared/domain/item.ts';
import { act } from '../connection/act.ts';
import { request } from '../connection/connection.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { byteWords, copyLabel, readAll } from './reading.ts';
import { useThread } from './thread-context.ts';

const mostBytes = 2_000_000;

/** `complete`: to the last byte; else the end is missing and is read. */
export interface Streamed {
  text: string;
  complete: boolean;
}

export interface TextProps {
  item: TextItem;
  /** It is being written. */
  live?: boolean;
  /** What had streamed of a text whose item holds a part only. */
  streamed?: Streamed;
}

/** The agent's words. */
export function Text({ item, live = false, streamed }: TextProps): JSX.Element {
  const { threadId } = useThread();
  const [asked, setWhole] = useState<string>();
  const { body } = item;
  const [failed, setFailed] = useState(false);
  // What is too long to be read at once is shown as its item has it: the start, the end, and how much lies between.
  const tooLong = body.bytes > mostBytes;
  const missing = streamed !== undefined && !streamed.complete && !tooLong && asked === undefined && !failed;
  useEffect(() => {
    if (!missing) return undefined;
    let gone = false;
    request('item.read', { threadId, itemId: item.id, from: 0, length: mostBytes }).then(
      (part) => {
        if (!gone) setWhole(part.text);
      },
      // A part must not pass for the whole: the item's own words say what they leave out.
      () => setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [missing, threadId, item.id]);
  const whole = asked ?? (failed || (tooLong && !streamed?.complete) ? undefined : streamed?.text);
  const read = async (): Promise<string> => {
    if (!body.whole || asked !== undefined) return asked ?? body.text;
    const part = await act('item.read', { threadId, itemId: item.id, from: 0, length: mostBytes });
    return part?.text ?? body.text;
  };
  return (
    <div className="group/copy relative">
      <Markdown text={whole ?? body.text} open={live} />
      {body.whole && whole === undefined && (
        <button type="button" className="text-caption text-accent hover:underline" onClick={() => void read().then(setWhole)}>
          {tooLong ? `Show the first ${byteWords(mostBytes)} of ${byteWords(body.bytes)}` : `Show all ${byteWords(body.bytes)}`}
        </button>
      )}
      {asked !== undefined && tooLong && (
        <div className="mt-1 text-caption text-faint">The rest of {byteWords(body.bytes)} is left out here; copying takes all of it.</div>
      )}
      {item.interrupted && <div className="mt-1 text-caption text-faint">The answer broke off here.</div>}
      {!live && (
        <div className="absolute top-0 -right-6">
          <CopyButton text={body.whole ? () => readAll(threadId, item.id) : body.text} label={copyLabel('Copy message', body)} />
        </div>
      )}
    </div>
  );
}
