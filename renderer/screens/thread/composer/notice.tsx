import type { JSX } from 'react';
import { Button } from '../../../parts/button.tsx';
import { useApp } from '../../../store/app.ts';
import { useThreads } from '../../../store/threads.ts';
import { go } from '../../../store/ui.ts';
import { modelOf } from './choices.ts';
import { configure, type Target, useChoice } from './target.ts';

/** The last turn found no key for its provider: what to do about it, where the person is. */
function MissingKey({ target }: { target: Target }): JSX.Element | null {
  const { threadId } = target;
  const reason = useThreads((threads) => {
    const header = threadId === undefined ? undefined : threads[threadId]?.state?.header;
    return header && !header.turn ? header.lastTurn?.error?.data?.['reason'] : undefined;
  });
  const choice = useChoice(target);
  const kind = useApp((app) => app.settings?.providers.find(({ id }) => id === choice?.provider)?.kind);
  const rehearsal = useApp((app) => app.settings?.providers.find((each) => each.kind === 'rehearsal')?.id);
  if (reason !== 'no-key' || kind === 'rehearsal' || !choice) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 border-b px-3 py-2">
      <span className="min-w-0 flex-1 text-wait">There is no key for {choice.provider}. Add one and send again.</span>
      <Button small onClick={() => go({ screen: 'settings', section: 'Providers' })}>
        Add a key
      </Button>
      {rehearsal !== undefined && (
        <Button small tone="quiet" onClick={() => configure(target, { provider: rehearsal, model: 'rehearsal' })}>
          Use Rehearsal
        </Button>
      )}
    </div>
  );
}

/** What stands in the way of sending, above the text. */
export function Notices({ target, problem, images }: { target: Target; problem: string | undefined; images: number }): JSX.Element {
  const choice = useChoice(target);
  const model = useApp((app) => (choice ? modelOf(app.settings, choice.model) : undefined));
  const blind = images > 0 && model !== undefined && !model.inputs.includes('image');
  return (
    <>
      <MissingKey target={target} />
      {problem !== undefined && (
        <p role="alert" className="border-b px-3 py-2 text-stop">
          {problem}
        </p>
      )}
      {blind && problem === undefined && (
        <p role="status" className="border-b px-3 py-2 text-wait">
          {model.name} reads text only. Remove the image, or choose another model.
        </p>
      )}
    </>
  );
}
