import { BrowserWindow, nativeTheme, screen } from 'electron';
import { readWindowState, smallest, usual, type WindowState, writeWindowState } from './window-state.ts';

export interface WindowParts {
  /** Where its place is kept. */
  stateFile: string;
  preload: string;
  url: string;
  icon: string;
  devTools: boolean;
  /** Called before it closes; it stays open when the answer is false. */
  mayClose(window: BrowserWindow): boolean;
}

/** Behind the page until it has drawn itself; the theme's own two backgrounds. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#14181a' : '#fbfcfc');
/** How long the window's place must stand still before it is written, in milliseconds. */
const calm = 500;

export function openWindow(parts: WindowParts): BrowserWindow {
  const kept = readWindowState(
    parts.stateFile,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...(kept.bounds ?? usual),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Switchyard',
    icon: parts.icon,
    show: false,
    backgroundColor: background(),
    autoHideMenuBar: process.platform !== 'darwin',
    webPreferences: {
      preload: parts.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: process.platform === 'darwin',
      devTools: parts.devTools,
    },
  });
  if (kept.maximized) window.maximize();
  rememberPlace(window, parts.stateFile, kept);
  window.once('ready-to-show', () => window.show());
  window.webContents.on('did-finish-load', () => window.webContents.setZoomLevel(kept.zoom));
  // A page that was killed is shown anew; the runtime never noticed.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  // Electron asks nobody before about:blank: the way back.
  window.webContents.on('did-navigate', (_event, url) => {
    if (!url.startsWith(parts.url)) load(window, parts.url);
  });
  window.on('close', (event) => {
    if (!parts.mayClose(window)) event.preventDefault();
  });
  load(window, parts.url);
  return window;
}

const load = (window: BrowserWindow, url: string): void => void window.loadURL(url).catch(() => undefined);

function rememberPlace(window: BrowserWindow, file: string, kept: WindowState): void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (window.isDestroyed() || window.isFullScreen() || window.isMinimized()) return;
    kept.zoom = window.webContents.getZoomLevel();
    kept.maximized = window.isMaximized();
    kept.bounds = window.getNormalBounds();
    writeWindowState(file, kept);
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, calm);
  };
  for (const change of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(change as 'resize', later);
  window.on('close', write);
  window.on('closed', () => clearTimeout(timer));
}

/** Brings it to the person. */
export function reveal(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
