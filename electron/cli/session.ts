// One command's time with the runtime: connect, do it, close.
import { appStream } from '../../shared/protocol.ts';
import { type AppState, emptyApp } from '../../shared/state/app.ts';
import type { Snapshot } from '../../shared/wire.ts';
import { type Connection, connect, keysFrom, usualKeys } from '../host/connect.ts';
import { onInterrupt } from './signals.ts';
import { dim, tell } from './terminal.ts';

/** Connects, lets `work` do its part, and closes: as the owner only once nobody needs it any more. Answers with `work`'s exit code. */
export async function open(name: string, work: (client: Connection) => Promise<number>): Promise<number> {
  const client = await connect({
    client: name,
    keys: keysFrom(process.env, usualKeys),
    onStaying: (why) => tell(`Done here, but ${why}. Staying until that has ended; Ctrl-C ends it.`),
    onEnding: (count) => tell(dim(`Ending ${count === 1 ? 'a command' : `${count} commands`} left in the background.`)),
  });
  try {
    return await work(client);
  } finally {
    const hurry = Promise.withResolvers<void>();
    const stop = onInterrupt(() => {
      client.close({ now: true }).then(hurry.resolve, hurry.reject);
    });
    await Promise.race([client.close(), hurry.promise]);
    stop();
  }
}

/** What every window shows of everything, as it is now. */
export async function readApp(client: Connection): Promise<AppState> {
  let found: Snapshot | undefined;
  const subscription = client.subscribe(appStream, {
    onSnapshot: (snapshot) => {
      found = snapshot;
    },
    onEvent: () => undefined,
  });
  await subscription.ready;
  subscription.stop();
  return found && 'app' in found ? found.app : emptyApp;
}
