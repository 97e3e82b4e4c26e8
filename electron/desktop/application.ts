// The desktop application: its windows, and how it begins and ends. What it shows is the page's business, what it does the runtime's.
import path from 'node:path';
import { app, type BrowserWindow, Menu, shell } from 'electron';
import { createPortChannel } from '../../shared/client/port-channel.ts';
import type { HostPush, RuntimeNews } from '../../shared/host-port.ts';
import type { Channel } from '../../shared/wire.ts';
import { createAbilities, serveAbilities } from './abilities.ts';
import { askBeforeLeaving } from './leaving.ts';
import { linkScheme, ownOrigin, pageUrl, readDeepLink } from './links.ts';
import { lockDown, type PageAnswer } from './lock-down.ts';
import { createMenu } from './menu.ts';
import { servePorts, type WindowPorts } from './ports.ts';
import { showTray, type TrayIcon } from './tray.ts';
import { openWindow, reveal } from './window.ts';

/** The runtime process, kept going. */
export interface RuntimeControl {
  news(): RuntimeNews;
  /** How many threads would be cut off if it ended now. */
  working(): Promise<number>;
  /** Resolves when it is gone: once nothing runs, or at once with `now`. */
  close(options?: { now?: boolean }): Promise<void>;
}

export interface ApplicationParts {
  home: string;
  /** The folder with the built main, preload and page folders, resources and docs. */
  root: string;
  /** A file of the page. */
  answer(pathname: string): Promise<PageAnswer>;
  /** The server of the page while it is being worked on. */
  developing?: string;
  /** Whether this is a release. */
  packaged: boolean;
  startRuntime(onNews: (news: RuntimeNews) => void): RuntimeControl;
  /** Joins a window to the runtime; the answer parts them. */
  relay(channel: Channel): { close(): void };
}

export interface Application {
  /** Ends what runs, without a question. */
  quit(): Promise<void>;
}

/** Once Electron is ready. */
export function startApplication(parts: ApplicationParts): Application {
  const { home, root, developing, packaged } = parts;
  const icon = path.join(root, 'resources', 'icon.png');
  /** The one in front comes last. */
  const windows = new Set<BrowserWindow>();
  /** Said to the first window that connects. */
  const kept: HostPush[] = [];
  let leaving = false;
  let over = false;
  /** The runtime ends by itself once nothing runs: no question is needed to close a window. */
  let resting = false;
  let tray: TrayIcon | undefined;

  lockDown(parts.answer, developing);
  const tell = (news: RuntimeNews): void => ports.push(news);
  const abilities = createAbilities({ onThread: (threadId) => openLink(threadId) });
  const ports: WindowPorts = servePorts({
    origin: developing ?? ownOrigin,
    known: (contents) => Array.from(windows).some((window) => !window.isDestroyed() && window.webContents === contents),
    onRuntimePort: (port) => {
      const { close } = parts.relay(createPortChannel(port));
      return close;
    },
    onHostPort: (port, contents) => {
      serveAbilities(abilities, port, contents);
      port.postMessage(runtime.news());
      for (const message of kept.splice(0)) port.postMessage(message);
    },
  });
  let runtime = parts.startRuntime(tell);

  const open = (): BrowserWindow => {
    const window = openWindow({
      stateFile: path.join(home, 'desktop', 'window.json'),
      preload: path.join(root, 'out', 'preload', 'preload.cjs'),
      url: developing ?? pageUrl,
      icon,
      devTools: !packaged,
      mayClose: () => {
        if (over || resting || windows.size > 1 || process.platform === 'darwin') return true;
        void leave(window);
        return false;
      },
    });
    windows.add(window);
    window.on('closed', () => windows.delete(window));
    window.on('focus', () => {
      windows.delete(window);
      windows.add(window);
    });
    return window;
  };
  const show = (): BrowserWindow => {
    const window = Array.from(windows).at(-1);
    if (window) reveal(window);
    return window ?? open();
  };
  const say = (message: HostPush): void => {
    // A window that has not connected yet hears it as soon as it has.
    if (!ports.pushTo(show().webContents, message)) kept.push(message);
  };
  const openLink = (threadId: string): void => say({ kind: 'deepLink', threadId });
  const follow = (words: readonly string[]): void => {
    for (const threadId of words.map(readDeepLink)) if (threadId !== undefined) openLink(threadId);
  };

  const end = (): void => {
    over = true;
    ports.close();
    tray?.close();
    app.quit();
  };
  const leave = async (window?: BrowserWindow): Promise<void> => {
    if (leaving) return;
    leaving = true;
    const choice = await askBeforeLeaving(resting ? 1 : await runtime.working(), window);
    leaving = false;
    if (choice === 'stay') return;
    if (choice === 'background') return resting ? hide() : rest();
    await quit();
  };
  const hide = (): void => {
    for (const window of windows) window.destroy();
  };
  /** No window, but the runtime goes on until nothing runs. */
  const rest = async (): Promise<void> => {
    tray ??= showTray({ icon, text: 'Working without a window', onOpen: () => void show(), onQuit: () => void quit() });
    resting = true;
    hide();
    await runtime.close();
    resting = false;
    if (windows.size === 0) return end();
    // Somebody opened a window meanwhile: it goes on as if nothing had been.
    tray?.close();
    tray = undefined;
    runtime = parts.startRuntime(tell);
  };
  const quit = async (): Promise<void> => {
    over = true;
    for (const window of windows) window.hide();
    ports.close();
    await runtime.close({ now: true });
    end();
  };

  Menu.setApplicationMenu(
    createMenu({
      onCommand: (command) => say({ kind: 'menu', command }),
      onDocs: () => void shell.openPath(path.join(root, 'docs')),
      onNewWindow: () => void open(),
      developing: !packaged,
    }),
  );
  app.on('second-instance', (_event, words) => {
    show();
    follow(words);
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    follow([url]);
  });
  app.on('activate', () => void show());
  // The default would quit; we quit ourselves once the runtime is at rest.
  app.on('window-all-closed', () => undefined);
  app.on('before-quit', (event) => {
    if (over) return;
    event.preventDefault();
    void leave(Array.from(windows).at(-1));
  });
  if (packaged) app.setAsDefaultProtocolClient(linkScheme);
  open();
  follow(process.argv);
  return { quit };
}
