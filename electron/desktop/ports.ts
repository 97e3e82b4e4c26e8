// Gives a window its two ports when it asks for them, if it is our page that asks.
import { type IpcMainEvent, ipcMain, MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import { type HostPush, hostRequestNames, type Ports, portsKind } from '../../shared/host-port.ts';
import { originOf } from './links.ts';

export interface PortsParts {
  /** The origin that our page has. */
  origin: string;
  /** Whether these are the contents of a window of ours. */
  known(contents: WebContents): boolean;
  /** The window's way to the runtime; the answer closes it. */
  onRuntimePort(port: MessagePortMain): () => void;
  onHostPort(port: MessagePortMain, contents: WebContents): void;
}

export interface WindowPorts {
  /** To every window that is connected. */
  push(message: HostPush): void;
  /** To one window; false when it is not connected yet. */
  pushTo(contents: WebContents, message: HostPush): boolean;
  close(): void;
}

export function servePorts(parts: PortsParts): WindowPorts {
  const open = new Map<number, { port: MessagePortMain; close(): void }>();

  const ours = ({ sender, senderFrame }: IpcMainEvent): boolean =>
    senderFrame !== null && senderFrame === sender.mainFrame && originOf(senderFrame.url) === parts.origin && parts.known(sender);

  const connect = (event: IpcMainEvent): void => {
    if (!ours(event)) return;
    const { sender } = event;
    const { id } = sender;
    open.get(id)?.close();
    const runtime = new MessageChannelMain();
    const host = new MessageChannelMain();
    const closeRuntime = parts.onRuntimePort(runtime.port1);
    let over = false;
    const close = (): void => {
      if (over) return;
      over = true;
      sender.off('destroyed', close);
      if (open.get(id)?.port === host.port1) open.delete(id);
      closeRuntime();
      host.port1.close();
    };
    open.set(id, { port: host.port1, close });
    // The page went away or was loaded anew.
    host.port1.on('close', close);
    sender.once('destroyed', close);
    // The runtime port's token is put into the hello on its way: the page need not know the folder's.
    const message: Ports = { kind: portsKind, token: '', abilities: hostRequestNames };
    sender.postMessage('ports', message, [runtime.port2, host.port2]);
    parts.onHostPort(host.port1, sender);
    host.port1.start();
  };
  ipcMain.on('connect', connect);

  return {
    push: (message) => {
      for (const { port } of open.values()) port.postMessage(message);
    },
    pushTo: ({ id }, message) => {
      const port = open.get(id)?.port;
      port?.postMessage(message);
      return port !== undefined;
    },
    close: () => {
      ipcMain.off('connect', connect);
      for (const { close } of open.values()) close();
    },
  };
}
