import { AppError } from '../../shared/errors.ts';
import type { Connection } from '../host/connect.ts';
import { tell } from './terminal.ts';

/** Stops a thread: its turn, whether it works or waits for an answer, then its commands in the background. Resolves once they have ended. */
export async function stop(client: Connection, threadId: string): Promise<number> {
  let turn: string | undefined;
  let commands = new Set<string>();
  let wake = (): void => undefined;
  const lost = Promise.withResolvers<never>();
  const { ready, stop: unsubscribe } = client.subscribe(threadId, {
    onSnapshot: (snapshot) => {
      if (!('header' in snapshot)) return;
      turn = snapshot.header.turn?.id;
      commands = new Set(snapshot.header.commands.map(({ id }) => id));
      wake();
    },
    onEvent: ({ type, data }) => {
      if (type === 'turn.ended' && data.turnId === turn) turn = undefined;
      if (type === 'background.started') commands.add(data.id);
      if (type === 'background.ended') commands.delete(data.id);
      wake();
    },
    onLost: lost.reject,
  });
  const until = (there: () => boolean): Promise<void> => {
    const seen = new Promise<void>((resolve) => {
      wake = () => (there() ? resolve() : undefined);
      wake();
    });
    return Promise.race([seen, lost.promise]);
  };
  lost.promise.catch(() => undefined);
  await ready;
  try {
    const idle = turn === undefined && commands.size === 0;
    if (turn !== undefined) {
      await client.request('turn.interrupt', { threadId });
      await until(() => turn === undefined);
    }
    const ending = [...commands];
    await Promise.all(ending.map((id) => stopCommand(client, threadId, id)));
    await until(() => ending.every((id) => !commands.has(id)));
    tell(idle ? 'Nothing runs in this thread.' : 'Stopped.');
    return 0;
  } finally {
    unsubscribe();
  }
}

async function stopCommand(client: Connection, threadId: string, id: string): Promise<void> {
  try {
    await client.request('background.stop', { threadId, id });
  } catch (thrown) {
    // It has ended by itself meanwhile.
    if (!(thrown instanceof AppError) || thrown.code !== 'missing') throw thrown;
  }
}
