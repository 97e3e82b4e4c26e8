import { createPortChannel } from '../../shared/client/port-channel.ts';
import { createWebChannel } from '../../shared/client/web-channel.ts';
import { AppError } from '../../shared/errors.ts';
import { type HostRequestName, type Ports, portsKind } from '../../shared/host-port.ts';
import type { Channel } from '../../shared/wire.ts';

/** What the desktop's preload script offers; in a browser it is not there. */
interface DesktopBridge {
  connect(): void;
}
declare global {
  interface Window {
    switchyard?: DesktopBridge;
  }
}

export interface OpenedLink {
  channel: Channel;
  token: string;
  owner: boolean;
  /** The way to what the host can do, on the desktop. */
  host?: { port: MessagePort; abilities: readonly HostRequestName[] };
}

/** How long the desktop may take to hand over its ports before it is asked again, in milliseconds. */
const patience = 5000;

/** The ports come as a message of this window to itself: a preload script can't hand them over in another way. */
function openDesktop(bridge: DesktopBridge): Promise<OpenedLink> {
  return new Promise((resolve, reject) => {
    const receive = (event: MessageEvent): void => {
      const data = event.data as Partial<Ports> | null;
      if (event.source !== window || data?.kind !== portsKind) return;
      clearTimeout(late);
      window.removeEventListener('message', receive);
      const [runtime, host] = event.ports;
      if (!runtime || !host) reject(new AppError('unavailable', 'The runtime is not there yet.'));
      else
        resolve({
          channel: createPortChannel(runtime),
          token: data.token ?? '',
          owner: false,
          host: { port: host, abilities: data.abilities ?? [] },
        });
    };
    const late = setTimeout(() => {
      window.removeEventListener('message', receive);
      reject(new AppError('unavailable', 'The desktop does not answer.'));
    }, patience);
    window.addEventListener('message', receive);
    bridge.connect();
  });
}

const refusals = [401, 403];

/** Why a socket did not open, which a browser does not tell: the page itself is asked for. */
async function whyNot(): Promise<AppError> {
  const status = await fetch('/', { cache: 'no-store' }).then(
    (answer) => answer.status,
    () => undefined,
  );
  if (status === undefined || !refusals.includes(status)) return new AppError('unavailable', 'The local host does not answer.');
  return new AppError('denied', 'This address is no longer valid: open the one that `switchyard serve` printed.');
}

function openSocket(url: URL): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => resolve(createWebChannel(socket)));
    socket.addEventListener('close', () => void whyNot().then(reject));
  });
}

/** The longest wait between two attempts, in milliseconds: the desktop's runtime is started again by itself, a host in a terminal is not. */
export const longestWait = (): number => (window.switchyard ? 500 : 5000);

/** One attempt to reach the runtime, the desktop's or the local host's. */
export async function openLink(): Promise<OpenedLink> {
  const bridge = window.switchyard;
  if (bridge) return openDesktop(bridge);
  const url = new URL('/connect', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return { channel: await openSocket(url), token: '', owner: false };
}
