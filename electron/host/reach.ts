// The way to whoever owns the data folder now.
import type { Channel } from '../../shared/wire.ts';
import { dial } from './channels/socket.ts';
import { type OwnerNote, readOwner } from './lock.ts';

/**
 * A channel to the owner, and what it says about itself; undefined when nobody answers. The note is read again behind the connection:
 * one that was killed leaves its note, and the next owner may listen at the same address by the time of the call, with a token of its
 * own. An owner takes the old note away before it listens, so what stands there then is its own or nothing yet.
 */
export async function reachOwner(home: string): Promise<{ channel: Channel; note: OwnerNote } | undefined> {
  const before = readOwner(home);
  const channel = before && (await dial(before.address).catch(() => undefined));
  if (!channel) return undefined;
  const note = readOwner(home);
  if (note?.address === before.address) return { channel, note };
  channel.close();
  return undefined;
}
