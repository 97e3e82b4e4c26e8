import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../shared/host-port.ts';

export interface MenuParts {
  /** To the window in front; opens one when there is none. */
  onCommand(command: MenuCommand): void;
  onDocs(): void;
  onNewWindow(): void;
  developing: boolean;
}

/** Editing, zooming and windows are Electron's own entries, with the platform's keys. What the product does is left to the window. */
export function createMenu({ onCommand, onDocs, onNewWindow, developing }: MenuParts): Menu {
  const mac = process.platform === 'darwin';
  const entry = (label: string, command: MenuCommand): MenuItemConstructorOptions => ({ label, click: () => onCommand(command) });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const settings = entry('Settings …', 'settings');
  const template: MenuItemConstructorOptions[] = [
    ...(mac
      ? [
          {
            role: 'appMenu' as const,
            submenu: [
              { role: 'about' as const },
              line,
              settings,
              line,
              { role: 'services' as const },
              line,
              { role: 'hide' as const },
              { role: 'hideOthers' as const },
              { role: 'unhide' as const },
              line,
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: 'File',
      submenu: [
        entry('New thread', 'new-thread'),
        entry('Add project …', 'add-project'),
        { label: 'New window', click: onNewWindow },
        line,
        ...(mac ? [{ role: 'close' as const }] : [settings, line, { role: 'quit' as const }]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        entry('Command palette', 'palette'),
        entry('Find', 'find'),
        line,
        entry('Sidebar', 'toggle-sidebar'),
        entry('Dock', 'toggle-dock'),
        entry('Running commands', 'toggle-drawer'),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(developing ? [line, { role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Documentation', click: onDocs },
        entry('Keyboard shortcuts', 'shortcuts'),
        ...(mac ? [] : [line, { role: 'about' as const }]),
      ],
    },
  ];
  return Menu.buildFromTemplate(template);
}
