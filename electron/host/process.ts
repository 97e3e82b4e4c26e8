// The runtime in a process of its own, which the desktop's main process starts: a child with Node 24, or a utility process of Electron.
// A channel to the parent, over standard input and output or over a port, says whether it is still there; so nothing here may print to
// standard output. The windows and everybody else attach over the socket.
import { fileURLToPath } from 'node:url';
import { createPortChannel, type EmitterPort } from '../../shared/client/port-channel.ts';
import type { Channel } from '../../shared/wire.ts';
import { createStdioChannel } from './channels/stdio.ts';
import { findHome, makeHome } from './home.ts';
import { becomeOwner } from './owner.ts';
import { parentToken } from './parent.ts';
import { reachOwner } from './reach.ts';

/** How long an owner may be out of reach while it begins or ends, in milliseconds. */
const patience = 15_000;

/** Resolves when this process has nothing left to do: the parent is gone, and so are all who attached and all work; or at `stop`. */
async function runProcess(home: string, parent: Channel, stop: AbortSignal = new AbortController().signal): Promise<void> {
  makeHome(home);
  const gone = new Promise<void>((resolve) => parent.onClose(resolve));
  const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve()));
  for (const until = Date.now() + patience; ; ) {
    const owner = await becomeOwner({ home, role: 'window' });
    if (owner) {
      const over = Promise.withResolvers<void>();
      owner.serve(parent, { token: parentToken, onClose: over.resolve });
      await Promise.race([over.promise, gone, stopped]);
      await Promise.race([owner.rest(), stopped]);
      await owner.close();
      return;
    }
    const other = await reachOwner(home);
    if (other) return relay(parent, other.channel, other.note.token);
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

/** Electron gives its utility processes this port; the first message on it brings the one that is meant for us. */
interface ParentPort {
  once(type: 'message', listener: (event: { ports: EmitterPort[] }) => void): void;
}
const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };

function openParent(): Promise<Channel> {
  if (!parentPort) return Promise.resolve(createStdioChannel(process.stdin, process.stdout));
  return new Promise((resolve, reject) => {
    parentPort.once('message', ({ ports: [port] }) => (port ? resolve(createPortChannel(port)) : reject(new Error('No port came.'))));
  });
}

if (parentPort || process.argv[1] === fileURLToPath(import.meta.url)) {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  // The terminal sends Ctrl-C to its whole group: the parent decides what becomes of us.
  process.on('SIGINT', () => undefined);
  openParent()
    .then((parent) => runProcess(findHome(), parent, stop.signal))
    .then(
      () => process.exit(0),
      (thrown: unknown) => {
        process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
        process.exit(1);
      },
    );
}
