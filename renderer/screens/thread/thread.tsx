import { type JSX, useEffect } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { copyWords } from '../../connection/clipboard.ts';
import { followThread } from '../../connection/connection.ts';
import { Button } from '../../parts/button.tsx';
import { useThreads } from '../../store/threads.ts';
import { go, useUi } from '../../store/ui.ts';
import { SidebarToggle } from '../sidebar/toggle.tsx';
import { Composer } from './composer/composer.tsx';
import { Dock } from './dock/dock.tsx';
import { Drawer } from './drawer.tsx';
import { FindBar } from './find-bar.tsx';
import { ThreadHeader } from './header.tsx';
import { Transcript } from './transcript/transcript.tsx';

/** The screen of one thread. */
export function Thread(): JSX.Element {
  const threadId = useUi((ui) => ui.place.threadId);
  return threadId === undefined ? <main className="flex-1 bg-bg" /> : <OneThread key={threadId} threadId={threadId} />;
}

/** Looks at nothing that changes while an answer streams: only the transcript does. */
function OneThread({ threadId }: { threadId: string }): JSX.Element {
  useEffect(() => followThread(threadId), [threadId]);
  const loaded = useThreads((threads) => threads[threadId]?.state !== undefined);
  const error = useThreads((threads) => threads[threadId]?.error);
  const shown = loaded && !error;
  return (
    <div className="relative flex min-w-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1">
        <main className="flex min-w-0 flex-1 flex-col bg-bg">
          {error ? <BareHeader /> : <ThreadHeader threadId={threadId} />}
          <div className="relative flex min-h-0 flex-1 flex-col">
            {shown && <FindBar threadId={threadId} />}
            {error ? (
              <Unavailable threadId={threadId} error={error} />
            ) : loaded ? (
              <TranscriptPane threadId={threadId} />
            ) : (
              <div className="flex-1" aria-busy="true" />
            )}
          </div>
          {shown && <Composer threadId={threadId} />}
        </main>
        {shown && <Dock threadId={threadId} />}
      </div>
      {shown && <Drawer threadId={threadId} />}
    </div>
  );
}

function TranscriptPane({ threadId }: { threadId: string }): JSX.Element | null {
  const state = useThreads((threads) => threads[threadId]?.state);
  const live = useThreads((threads) => threads[threadId]?.live);
  const loadingOlder = useThreads((threads) => threads[threadId]?.loadingOlder ?? false);
  return state ? <Transcript threadId={threadId} state={state} live={live} loadingOlder={loadingOlder} /> : null;
}

/** Nothing of a thread that is not there can be opened or asked for. */
function BareHeader(): JSX.Element {
  return (
    <header className="flex h-11 shrink-0 items-center px-2">
      <SidebarToggle />
    </header>
  );
}

/** What is there instead of a thread. A message that was begun in it is not lost with it. */
function Unavailable({ threadId, error }: { threadId: string; error: AppError }): JSX.Element {
  const gone = error.code === 'missing';
  // An id says nothing to a person.
  const nameless = gone && error.message.includes(`thread ${threadId}`);
  const draft = useUi((ui) => ui.drafts[threadId]);
  const unsent = [draft?.text ?? '', ...(draft?.attachments ?? []).map(({ text }) => text)]
    .filter((text) => text.trim() !== '')
    .join('\n\n');
  return (
    <div role="alert" className="flex flex-1 flex-col items-center justify-center gap-3 px-6 text-center">
      <div>
        <h1 className="text-title font-strong">{gone ? 'This thread is gone' : 'This thread can’t be shown'}</h1>
        <div className="mt-1 max-w-prose text-muted wrap-anywhere">
          {nameless ? 'It was deleted for good, or the link to it is wrong.' : `${error.message} ${error.hint ?? ''}`}
        </div>
      </div>
      <div className="flex gap-2">
        {unsent !== '' && <Button onClick={() => void copyWords(unsent, 'The unsent message')}>Copy the unsent message</Button>}
        <Button onClick={() => go({ screen: 'home' })}>Go to the overview</Button>
      </div>
    </div>
  );
}
