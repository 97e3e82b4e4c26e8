// The owner of the data folder: the lock, the runtime, and the socket that other processes attach to.
import { AppError } from '../../shared/errors.ts';
import type { Channel } from '../../shared/wire.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { listen } from './channels/socket.ts';
import { type OwnerNote, type OwnerRole, takeOwnership } from './lock.ts';
import { checkNode, programVersion } from './program.ts';
import { serve } from './serve.ts';

export interface Owner {
  note: OwnerNote;
  runtime: Runtime;
  /** Serves a client of this process, or of its parent; it doesn't count as attached. `token`: what it will say, when not the folder's. */
  serve(channel: Channel, options?: { token?: string; onClose?(): void }): void;
  /**
   * Resolves once no other process is attached and nothing runs. The owner of a single command ends what is left in the background
   * by then: nobody else would, and it would never come back.
   */
  rest(listener?: RestListener): Promise<void>;
  /** Ends what runs, then gives up the folder. */
  close(): Promise<void>;
}

export interface RestListener {
  /** Called once, with the reason, when there is something to wait for. */
  onStaying?: ((why: string) => void) | undefined;
  /** So many commands in the background are being ended. */
  onEnding?: ((count: number) => void) | undefined;
}

export interface OwnerParts {
  home: string;
  role: OwnerRole;
  /** Makes the runtime; another one in tests. */
  boot?: (home: string) => Promise<{ runtime: Runtime; note(line: string): void }>;
}

const bootDefault: NonNullable<OwnerParts['boot']> = async (home) => (await import('./boot.ts')).boot({ home });

/** Undefined when somebody else is the owner. */
export async function becomeOwner({ home, role, boot = bootDefault }: OwnerParts): Promise<Owner | undefined> {
  checkNode();
  const ownership = await takeOwnership(home, { program: programVersion, role });
  if (!ownership) return undefined;
  const { note: ownerNote } = ownership;
  const { address, token } = ownerNote;
  let attached = 0;
  let onAlone: (() => void) | undefined;
  const serving = new Set<{ close(): void }>();

  const started = boot(home);
  const attach = async (channel: Channel): Promise<void> => {
    try {
      const { runtime, note } = await started;
      let ready = false;
      const served = serve(runtime, channel, {
        token,
        program: programVersion,
        note,
        onReady: () => {
          ready = true;
          attached += 1;
        },
        onClose: () => {
          serving.delete(served);
          if (ready) attached -= 1;
          if (attached === 0) onAlone?.();
        },
      });
      serving.add(served);
    } catch {
      channel.close();
    }
  };

  try {
    // The socket opens while the runtime starts: who attaches early waits a moment instead of failing.
    const listening = listen(address, (channel) => void attach(channel));
    const [{ runtime, note }, listener] = await both(started, listening);
    ownership.publish();

    const rest: Owner['rest'] = async ({ onStaying, onEnding } = {}) => {
      let told = false;
      const say = (why: string): void => {
        if (!told) onStaying?.(why);
        told = true;
      };
      for (;;) {
        const { turns, background } = runtime.running();
        if (attached > 0) {
          say('another switchyard is attached to this one');
          await new Promise<void>((resolve) => {
            onAlone = resolve;
          });
        } else if (turns > 0) {
          say('work is still running');
          await runtime.settled('turns');
        } else if (background === 0) {
          return;
        } else if (role === 'shell') {
          onEnding?.(background);
          await runtime.stopBackground();
          // Whoever came meanwhile is waited for; who left something behind again is not.
          if (attached === 0 && runtime.running().turns === 0) return;
        } else {
          say('a command is still running in the background');
          await runtime.settled();
        }
      }
    };
    const close = async (): Promise<void> => {
      listener.close();
      ownership.withdraw();
      try {
        await runtime.close();
      } finally {
        for (const served of serving) served.close();
        ownership.release();
      }
    };
    return {
      note: ownerNote,
      runtime,
      serve: (channel, options = {}) => {
        const { onClose } = options;
        const served = serve(runtime, channel, {
          token: options.token ?? token,
          program: programVersion,
          note,
          onClose: () => {
            serving.delete(served);
            onClose?.();
          },
        });
        serving.add(served);
      },
      rest,
      close,
    };
  } catch (thrown) {
    ownership.release();
    throw thrown instanceof AppError ? thrown : new AppError('broken', 'The runtime could not be started.', { cause: thrown });
  }
}

/** Both results; when one fails the other is undone first. */
async function both<R extends { runtime: Runtime }, L extends { close(): void }>(
  starting: Promise<R>,
  listening: Promise<L>,
): Promise<[R, L]> {
  const [started, listener] = await Promise.allSettled([starting, listening]);
  if (started.status === 'fulfilled' && listener.status === 'fulfilled') return [started.value, listener.value];
  if (listener.status === 'fulfilled') listener.value.close();
  if (started.status === 'fulfilled') await started.value.runtime.close();
  throw started.status === 'rejected' ? started.reason : (listener as PromiseRejectedResult).reason;
}
