import { AppError } from '../../../../shared/errors.ts';
import { request } from '../../../connection/connection.ts';
import { useApp } from '../../../store/app.ts';
import { type Draft, emptyDraft, go, draft as setDraft, toast, useUi } from '../../../store/ui.ts';
import { wordsOf } from '../../act.ts';
import { modelOf } from './choices.ts';
import { inputFrom, rest } from './input.ts';
import { choiceOf, draftKey, type Target } from './target.ts';

/** Throws what keeps a draft from being sent. */
function check(target: Target, draft: Draft): void {
  const { model } = choiceOf(target);
  const known = modelOf(useApp.getState().settings, model);
  if (draft.images.length > 0 && known && !known.inputs.includes('image')) {
    throw new AppError('invalid', `${known.name} reads text only.`, { hint: 'Remove the image, or choose another model.' });
  }
}

const clear = (key: string, sent: Draft): void => setDraft(key, rest(useUi.getState().drafts[key] ?? emptyDraft, sent));

/** Sends a draft and empties it once the runtime has accepted it. Rejects with what was wrong; the draft stays then. */
export async function send(target: Target, draft: Draft, mode: 'queue' | 'steer'): Promise<void> {
  check(target, draft);
  const { threadId, projectId } = target;
  if (threadId !== undefined) {
    await request('turn.send', { threadId, input: inputFrom(draft), mode });
    clear(draftKey(target), draft);
    return;
  }
  const { provider, model, profile, effort } = choiceOf(target);
  const started = await request('thread.start', {
    projectId,
    ...(provider === '' ? {} : { provider }),
    ...(model === '' ? {} : { model }),
    ...(profile === '' ? {} : { profile }),
    ...(effort === undefined ? {} : { effort }),
  });
  try {
    await request('turn.send', { threadId: started.threadId, input: inputFrom(draft) });
  } catch (thrown) {
    // The thread is there: what was written waits in it.
    setDraft(started.threadId, draft);
    toast(wordsOf(thrown), 'stop');
  }
  clear(draftKey(target), draft);
  go({ screen: 'thread', threadId: started.threadId });
}
