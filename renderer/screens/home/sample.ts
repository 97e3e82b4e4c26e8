import { request } from '../../connection/connection.ts';
import { go, toast } from '../../store/ui.ts';
import { wordsOf } from '../act.ts';
import { bodyFrom } from '../thread/composer/input.ts';

/** Lets Rehearsal, which is no model and needs no key, do a whole job in a copy of the sample project. */
export async function trySample(): Promise<void> {
  try {
    const { path, prompt, allow } = await request('sample.open', {});
    const { projectId } = await request('project.add', { path, name: 'Sample project' });
    await request('project.trust', { projectId, trusted: true });
    const { threadId } = await request('thread.start', { projectId, provider: 'rehearsal', allow });
    await request('turn.send', { threadId, input: { text: bodyFrom(prompt) } });
    go({ screen: 'thread', threadId });
  } catch (thrown) {
    toast(`The sample project could not be started. ${wordsOf(thrown)}`, 'stop');
  }
}
