// Stands in for the module "electron", which unit tests can't load. It does nothing on a screen and remembers what it was asked.
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** What was asked of the system, in order. */
export const asked: unknown[][] = [];
/** What the person chooses in the next dialogs. */
export const choices: { folders: string[][]; buttons: number[] } = { folders: [], buttons: [] };

class FakePort extends EventEmitter {
  private readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('message', (data) => this.emit('message', { data, ports: [] }));
    port.on('close', () => this.emit('close'));
  }
  postMessage(message: unknown): void {
    const { port } = this;
    port.postMessage(message);
  }
  start(): void {
    this.port.start();
  }
  close(): void {
    this.port.close();
  }
}
export class MessageChannelMain {
  readonly port1: FakePort;
  readonly port2: FakePort;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new FakePort(port1);
    this.port2 = new FakePort(port2);
  }
}

export const ipcMain = new EventEmitter();
const handlers: Record<string, unknown> = {};
const keep =
  (name: string) =>
  (...values: unknown[]): void => {
    handlers[name] = values.at(-1);
    asked.push([name, ...values]);
  };
/** What was set as a handler, by name. */
export const handlerOf = (name: string): ((...values: unknown[]) => unknown) => handlers[name] as never;

export const app = Object.assign(new EventEmitter(), {
  setBadgeCount: (count: number) => void asked.push(['setBadgeCount', count]),
  quit: () => void asked.push(['quit']),
});
const defaultSession = Object.assign(new EventEmitter(), {
  protocol: { handle: keep('protocol.handle') },
  webRequest: { onBeforeRequest: keep('onBeforeRequest') },
  setPermissionRequestHandler: keep('permissionRequest'),
  setPermissionCheckHandler: keep('permissionCheck'),
  setDevicePermissionHandler: keep('devicePermission'),
  setSpellCheckerEnabled: keep('spellChecker'),
});
export const session = { defaultSession };
export const protocol = { registerSchemesAsPrivileged: keep('schemes') };
export const shell = {
  openExternal: async (url: string) => void asked.push(['openExternal', url]),
  openPath: async (path: string) => void asked.push(['openPath', path]),
};
export const clipboard = { writeText: (text: string) => void asked.push(['writeText', text]) };
export const nativeTheme = { themeSource: 'system', shouldUseDarkColors: false };
export const dialog = {
  showOpenDialog: async () => {
    const filePaths = choices.folders.shift() ?? [];
    return { canceled: filePaths.length === 0, filePaths };
  },
  showMessageBox: async (...values: unknown[]) => {
    asked.push(['showMessageBox', values.at(-1)]);
    return { response: choices.buttons.shift() ?? 0 };
  },
};
export class Notification extends EventEmitter {
  static isSupported = (): boolean => true;
  constructor(options: unknown) {
    super();
    asked.push(['notification', options, this]);
  }
  show(): void {
    this.emit('show');
  }
}
export const BrowserWindow = { fromWebContents: (): null => null };
