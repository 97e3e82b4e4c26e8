import { type JSX, useEffect } from 'react';
import { followThread } from '../../connection/connection.ts';
import { Button } from '../../parts/button.tsx';
import { noThread, useThreads } from '../../store/threads.ts';
import { go, useUi } from '../../store/ui.ts';
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

function OneThread({ threadId }: { threadId: string }): JSX.Element {
  useEffect(() => followThread(threadId), [threadId]);
  const view = useThreads((threads) => threads[threadId] ?? noThread);
  const { state, live, loadingOlder, error } = view;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1">
        <main className="flex min-w-0 flex-1 flex-col bg-bg">
          <ThreadHeader threadId={threadId} />
          <div className="relative flex min-h-0 flex-1 flex-col">
            <FindBar threadId={threadId} />
            {state ? (
              <Transcript threadId={threadId} state={state} live={live} loadingOlder={loadingOlder} />
            ) : error ? (
              <Unavailable message={error.message} hint={error.hint} />
            ) : (
              <div className="flex-1" aria-busy="true" />
            )}
          </div>
          {state && <Composer threadId={threadId} />}
        </main>
        {state && <Dock threadId={threadId} />}
      </div>
      {state && <Drawer threadId={threadId} />}
    </div>
  );
}

function Unavailable({ message, hint }: { message: string; hint: string | undefined }): JSX.Element {
  return (
    <div role="alert" className="flex flex-1 flex-col items-center justify-center gap-3 px-6 text-center">
      <div>
        <div className="text-title font-strong">This thread can't be shown</div>
        <div className="mt-1 max-w-prose text-muted wrap-anywhere">
          {message} {hint}
        </div>
      </div>
      <Button onClick={() => go({ screen: 'home' })}>Go to the overview</Button>
    </div>
  );
}
