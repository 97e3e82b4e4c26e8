// Joins a window to whoever owns the data folder. Nothing of what passes is looked at but the hello, to which this program adds
// what the window must not know: the folder's token and the provider keys of this environment.
import { checkFields } from '../../shared/client/messages.ts';
import { AppError, toErrorData } from '../../shared/errors.ts';
import type { Channel, Message } from '../../shared/wire.ts';
import { reachOwner } from './reach.ts';

/** What a window may say before the owner answers. */
const mostWaiting = 1000;

interface Reached {
  channel: Channel;
  token: string;
}

/** Tries until the owner answers, whoever that is by then; undefined when it was stopped. */
async function keepReaching(home: string, signal: AbortSignal): Promise<Reached | undefined> {
  while (!signal.aborted) {
    const owner = await reachOwner(home);
    if (owner && !signal.aborted) return { channel: owner.channel, token: owner.note.token };
    owner?.channel.close();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return undefined;
}

interface Relay {
  close(): void;
}

/** The window may talk at once; it is heard as soon as there is an owner. When one side ends, so does the other. */
export function createRelay(near: Channel, parts: { home: string; keys(): Promise<Record<string, string>>; onClose?(): void }): Relay {
  const stopped = new AbortController();
  const waiting: Message[] = [];
  let far: Reached | undefined;
  let keys: Record<string, string> = {};

  const close = (): void => {
    if (stopped.signal.aborted) return;
    stopped.abort();
    near.close();
    far?.channel.close();
    parts.onClose?.();
  };
  const refuse = (thrown: unknown): void => {
    near.send({ kind: 'refusal', error: toErrorData(thrown) });
    close();
  };
  const pass = ({ channel, token }: Reached, message: Message): void => {
    // The fields too: a frame can't be made of just anything.
    checkFields(message);
    channel.send(message.kind === 'hello' ? { ...message, token, keys: { ...message.keys, ...keys } } : message);
  };

  near.onClose(close);
  near.onMessage((message) => {
    if (stopped.signal.aborted) return;
    try {
      if (far) pass(far, message);
      else if (waiting.push(message) > mostWaiting) throw new AppError('limited', 'Too much was said before the runtime was there.');
    } catch (thrown) {
      refuse(thrown);
    }
  });
  const join = async (): Promise<void> => {
    const reached = await keepReaching(parts.home, stopped.signal);
    if (!reached) return;
    keys = await parts.keys();
    far = reached;
    far.channel.onMessage((message) => near.send(message));
    far.channel.onClose(close);
    if (stopped.signal.aborted) return far.channel.close();
    for (const message of waiting.splice(0)) pass(far, message);
  };
  join().catch(refuse);
  return { close };
}
