import { useEffect, useState } from 'react';
import { openOutput } from '../connection/connection.ts';

/** Characters of a running command's output that are kept for looking at; all of it is on disk. */
const most = 64_000;
const revealEvery = 100;

/** A running command's output as it comes, its end only. Undefined until something came. */
export function useLiveOutput(threadId: string, id: string, running: boolean): string | undefined {
  const [text, setText] = useState<string>();
  useEffect(() => {
    if (!running) return undefined;
    const decoder = new TextDecoder();
    let kept = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    let output: { close(): void } | undefined;
    let gone = false;
    const reveal = (): void => {
      timer = undefined;
      setText(kept);
    };
    const take = (bytes: Uint8Array): void => {
      kept += decoder.decode(bytes, { stream: true });
      if (kept.length > most * 2) kept = kept.slice(-most);
      timer ??= setTimeout(reveal, revealEvery);
    };
    openOutput(threadId, id, take, () => {}).then(
      (opened) => {
        output = opened;
        if (gone) opened.close();
      },
      // It has ended: its item says what it printed.
      () => {},
    );
    return () => {
      gone = true;
      clearTimeout(timer);
      output?.close();
    };
  }, [threadId, id, running]);
  return text;
}
