// What a window may ask of the desktop. Names and shapes are checked here; nothing that a page sends can do more than its row says.
import { app, BrowserWindow, clipboard, dialog, type MessagePortMain, Notification, nativeTheme, shell, type WebContents } from 'electron';
import { AppError, toErrorData } from '../../shared/errors.ts';
import { type HostParams, type HostReply, type HostRequestName, type HostResult, hostRequests } from '../../shared/host-port.ts';
import { externalUrl } from './links.ts';

type Abilities = { [N in HostRequestName]: (params: HostParams<N>, contents: WebContents) => Promise<HostResult<N>> | HostResult<N> };

export function createAbilities(parts: { onThread(threadId: string): void }): Abilities {
  // Kept from being collected while they are on screen: a click would go nowhere.
  const shown = new Set<Notification>();
  return {
    pickFolder: async ({ title }, contents) => {
      const window = BrowserWindow.fromWebContents(contents);
      const options = { title: title ?? 'Choose a folder', properties: ['openDirectory' as const, 'createDirectory' as const] };
      const { canceled, filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
      return { path: canceled ? null : (filePaths[0] ?? null) };
    },
    openExternal: async ({ url }) => {
      const safe = externalUrl(url);
      if (safe === undefined) {
        throw new AppError('denied', 'Only links to the web and mailto links are opened outside.', {
          hint: 'Copy the address to look at it.',
        });
      }
      await shell.openExternal(safe);
      return null;
    },
    showNotification: ({ title, body, threadId }) => {
      if (!Notification.isSupported()) return { shown: false };
      const notification = new Notification({ title, body });
      shown.add(notification);
      notification.on('click', () => {
        if (threadId !== undefined) parts.onThread(threadId);
      });
      for (const end of ['click', 'close', 'failed'] as const) notification.on(end as 'close', () => shown.delete(notification));
      notification.show();
      return { shown: true };
    },
    setBadge: ({ count }) => {
      app.setBadgeCount(count);
      return null;
    },
    copyText: async ({ text }) => {
      // A promise in newer Electrons.
      await clipboard.writeText(text);
      return null;
    },
    setTheme: ({ theme }) => {
      nativeTheme.themeSource = theme;
      return null;
    },
  };
}

/** Answers each well-formed request; one that is not, but has an id, is told so; anything else is dropped. */
export function serveAbilities(abilities: Abilities, port: MessagePortMain, contents: WebContents): void {
  const answer = async (name: unknown, params: unknown): Promise<unknown> => {
    if (typeof name !== 'string' || !Object.hasOwn(hostRequests, name)) throw new AppError('invalid', 'The desktop has no such ability.');
    const known = name as HostRequestName;
    const read = hostRequests[known].params.safeParse(params);
    if (!read.success) throw new AppError('invalid', `${known} was asked for with parameters of the wrong shape.`);
    return await (abilities[known] as (params: unknown, contents: WebContents) => unknown)(read.data, contents);
  };
  port.on('message', ({ data }: { data: unknown }) => {
    if (typeof data !== 'object' || data === null) return;
    const { kind, id, name, params } = data as Record<string, unknown>;
    if (kind !== 'request' || typeof id !== 'number' || !Number.isSafeInteger(id)) return;
    const reply = (message: HostReply): void => port.postMessage(message);
    answer(name, params).then(
      (value) => reply({ kind: 'reply', id, value: value ?? null }),
      (thrown: unknown) => reply({ kind: 'reply', id, error: toErrorData(thrown) }),
    );
  });
}
