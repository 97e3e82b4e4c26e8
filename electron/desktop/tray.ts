import { Menu, nativeImage, Tray } from 'electron';

export interface TrayIcon {
  close(): void;
}

/** Stands in for the window while work goes on without one. */
export function showTray(parts: { icon: string; text: string; onOpen(): void; onQuit(): void }): TrayIcon {
  const image = nativeImage.createFromPath(parts.icon).resize({ width: 22, height: 22 });
  const tray = new Tray(image);
  tray.setToolTip(`Switchyard: ${parts.text}`);
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: parts.text, enabled: false },
      { type: 'separator' },
      { label: 'Open Switchyard', click: parts.onOpen },
      { label: 'Stop it and quit', click: parts.onQuit },
    ]),
  );
  tray.on('click', parts.onOpen);
  return { close: () => tray.destroy() };
}
