import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../electron/host/channels/socket.ts';
import { addressOf } from '../../electron/host/lock.ts';
import { reachOwner } from '../../electron/host/reach.ts';
import { tempFolder } from '../support/temp.ts';

const folder = (): { home: string; address: string; file: string; tell(token: string): void } => {
  const home = tempFolder('home');
  const address = addressOf(home);
  const file = path.join(home, 'owner.json');
  const tell = (token: string): void => writeFileSync(file, JSON.stringify({ pid: 1, address, token, program: '1', role: 'window' }));
  return { home, address, file, tell };
};

it('says the token of the owner that answers, not of one that was killed while it was being looked for', async () => {
  const { home, address, file, tell } = folder();
  tell('of the killed one');
  expect(await reachOwner(home)).toBeUndefined();
  const listener = await listen(address, (channel) => onTestFinished(channel.close));
  onTestFinished(listener.close);

  // The next one listens already, and has not said so yet.
  const early = reachOwner(home);
  rmSync(file);
  expect(await early).toBeUndefined();

  tell('of the killed one');
  const found = reachOwner(home);
  tell('of the next one');
  const owner = await found;
  expect(owner?.note.token).toBe('of the next one');
  owner?.channel.close();
});
