import { spawn } from 'node:child_process';
import { AppError } from '../../shared/errors.ts';
import type { Flags } from './arguments.ts';
import { onInterrupt } from './signals.ts';
import { print, tell } from './terminal.ts';

/** Serves the window on 127.0.0.1 until it is interrupted. */
export async function run(flags: Flags): Promise<number> {
  const port = readPort(flags['port']);
  const { serveWindow } = await import('../web.ts');
  const staying = (why: string): void => tell(`No longer serving, but ${why}. Staying until that has ended; Ctrl-C ends it.`);
  const served = await serveWindow({ port, onStaying: staying });
  const ended = Promise.withResolvers<void>();
  const stop = onInterrupt(ended.resolve);
  print(`${served.url}\n`);
  tell('The window is at this address, on this machine only. It works once: the first browser keeps it. Ctrl-C ends it.');
  if (flags['open']) openBrowser(served.url);
  await ended.promise;
  stop();
  const hurry = Promise.withResolvers<void>();
  const again = onInterrupt(() => {
    served.close({ now: true }).then(hurry.resolve, hurry.reject);
  });
  await Promise.race([served.close(), hurry.promise]);
  again();
  return 0;
}

function readPort(text: string | boolean | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('invalid', `--port can't be ${JSON.stringify(text)}.`, { hint: 'Give a number from 0 to 65535; 0 takes a free one.' });
}

/** With what the system has for it; where there is nothing, the printed address is all. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
  const child = spawn(command ?? '', [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => tell('No browser could be opened: open the address yourself.'));
  child.unref();
}
