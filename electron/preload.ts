// All that the page gets from the desktop: connect(). The two ports then arrive as a message of the window to itself.
import { contextBridge, ipcRenderer } from 'electron';

/** What is used of the DOM, which the rest of this side of the program does not see. */
declare const window: { location: { origin: string }; postMessage(message: unknown, origin: string, ports: unknown): void };

ipcRenderer.on('ports', (event, message: unknown) => window.postMessage(message, window.location.origin, event.ports));

contextBridge.exposeInMainWorld('switchyard', {
  /** Asks for new ports; those of an earlier call are closed. */
  connect: (): void => ipcRenderer.send('connect'),
});
