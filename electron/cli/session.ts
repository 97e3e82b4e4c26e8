// One command's time with the runtime: connect, do it, close.
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
