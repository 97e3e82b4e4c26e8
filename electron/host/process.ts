// The runtime in a process of its own, which the desktop's main process starts. Standard input and output carry the window's messages,
// so nothing here may print to standard output. Anybody else attaches over the socket.
import { fileURLToPath } from 'node:url';
import type { Channel } from '../../shared/wire.ts';
import { dial } from './channels/socket.ts';
import { createStdioChannel } from './channels/stdio.ts';
import { findHome, makeHome } from './home.ts';
import { readOwner } from './lock.ts';
import { becomeOwner } from './owner.ts';

/** The parent alone holds the other end of the pipe: it needs no secret to prove that it is the parent. */
export const parentToken = 'parent';

/** How long an owner may be out of reach while it begins or ends, in milliseconds. */
const patience = 15_000;

/** Resolves when this process has nothing left to do: the parent is gone, and so are all who attached and all work. */
export async function runProcess(home: string, parent: Channel): Promise<void> {
  makeHome(home);
  const gone = new Promise<void>((resolve) => parent.onClose(resolve));
  for (const until = Date.now() + patience; ; ) {
    const owner = await becomeOwner({ home, role: 'window' });
    if (owner) {
      const over = Promise.withResolvers<void>();
      owner.serve(parent, { token: parentToken, onClose: over.resolve });
      await Promise.race([over.promise, gone]);
      await owner.rest();
      await owner.close();
      return;
    }
    const note = readOwner(home);
    const other = note && (await dial(note.address).catch(() => undefined));
    if (note && other) return relay(parent, other, note.token);
    if (Date.now() > until) throw new Error(`The owner of ${home} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 50));
  }
}

/** Somebody else owns the folder, a daemon most likely: the parent talks to it through us. When it ends so do we, to be started again. */
function relay(parent: Channel, owner: Channel, token: string): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      parent.close();
      owner.close();
      resolve();
    };
    parent.onClose(end);
    owner.onClose(end);
    parent.onMessage((message) => owner.send(message.kind === 'hello' ? { ...message, token } : message));
    owner.onMessage((message) => parent.send(message));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  runProcess(findHome(), createStdioChannel(process.stdin, process.stdout)).then(
    () => process.exit(0),
    (thrown: unknown) => {
      process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
      process.exit(1);
    },
  );
}
