import { useEffect, useState } from 'react';
import { openOutput } from '../connection/connection.ts';

/** What of a running command's output is kept for looking at; all of it is on disk. */
export const most = { lines: 1000, characters: 128_000 };
const revealEvery = 100;

export interface LiveOutput {
  text: string;
  /** How many lines came before the first of these. */
  first: number;
}

/** The end of an output, cut where a line begins; of a last line that is too long by itself, its end. */
export function trimmed({ text, first }: LiveOutput): LiveOutput {
  let start = text.length;
  for (let lines = 0; lines < most.lines && start > 0; lines += 1) start = text.lastIndexOf('\n', start - 2) + 1;
  if (text.length - start > most.characters) {
    const line = text.indexOf('\n', text.length - most.characters);
    start = line < 0 ? text.length - most.characters : line + 1;
  }
  if (start === 0) return { text, first };
  let gone = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) gone += 1;
  return { text: text.slice(start), first: first + gone };
}

/** A running command's output as it comes, its end only. Undefined until something came. */
export function useLiveOutput(threadId: string, id: string, running: boolean): LiveOutput | undefined {
  const [output, setOutput] = useState<LiveOutput>();
  useEffect(() => {
    if (!running) return undefined;
    const decoder = new TextDecoder();
    let kept: LiveOutput = { text: '', first: 0 };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let channel: { close(): void } | undefined;
    let gone = false;
    const reveal = (): void => {
      timer = undefined;
      kept = trimmed(kept);
      setOutput(kept);
    };
    const take = (bytes: Uint8Array): void => {
      kept = { text: kept.text + decoder.decode(bytes, { stream: true }), first: kept.first };
      if (kept.text.length > most.characters * 4) kept = trimmed(kept);
      timer ??= setTimeout(reveal, revealEvery);
    };
    openOutput(threadId, id, take, () => {}).then(
      (opened) => {
        channel = opened;
        if (gone) opened.close();
      },
      // It has ended: its item says what it printed.
      () => {},
    );
    return () => {
      gone = true;
      clearTimeout(timer);
      channel?.close();
    };
  }, [threadId, id, running]);
  return output;
}
