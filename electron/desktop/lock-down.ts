// What a page in this program may do: show itself. It goes nowhere, opens nothing, is given nothing and loads nothing from elsewhere.
import { app, protocol, type Session, session, type WebContents } from 'electron';
import { originOf, ownOrigin, ownScheme, pageUrl } from './links.ts';

export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

/** Before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: ownScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Once Electron is ready. `developing`: the origin of the server that the page comes from while it is being worked on. */
export function lockDown(answer: (pathname: string) => Promise<PageAnswer>, developing: string | undefined): void {
  const own = session.defaultSession;
  own.protocol.handle(ownScheme, async (request) => {
    const url = new URL(request.url);
    const found = await answer(originOf(request.url) === ownOrigin ? url.pathname : '/nowhere');
    return new Response(request.method === 'HEAD' ? null : found.body, { status: found.status, headers: found.headers });
  });
  refuseRequests(own, developing);
  // The clipboard may be written: that is how code is copied.
  own.setPermissionRequestHandler((_contents, permission, callback) => callback(permission === 'clipboard-sanitized-write'));
  own.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  own.setDevicePermissionHandler(() => false);
  // Only what the page made itself may be saved, where the person says.
  own.on('will-download', (event, item) => {
    if (item.getURL().startsWith(`blob:${developing ?? ownOrigin}/`)) item.setSaveDialogOptions({ defaultPath: item.getFilename() });
    else event.preventDefault();
  });
  // Chromium would fetch dictionaries from its maker.
  own.setSpellCheckerEnabled(process.platform === 'darwin');
  app.on('web-contents-created', (_event, contents) => lockContents(contents, developing));
}

/** The last line: whatever asks, nothing but our own scheme (and the developer's server) is requested at all. */
function refuseRequests(own: Session, developing: string | undefined): void {
  const inside = new Set([`${ownScheme}:`, 'blob:', 'data:', 'devtools:', 'chrome-extension:']);
  own.webRequest.onBeforeRequest(({ url }, callback) => {
    const parsed = URL.parse(url);
    const near = parsed !== null && (inside.has(parsed.protocol) || (developing !== undefined && sameHost(parsed, developing)));
    callback({ cancel: !near });
  });
}

const sameHost = (url: URL, origin: string): boolean => url.host === new URL(origin).host;

function lockContents(contents: WebContents, developing: string | undefined): void {
  const stay = (event: { url: string; preventDefault(): void }): void => {
    // Loading itself anew is no leaving.
    const here = event.url.split('#')[0];
    if (here !== pageUrl && (developing === undefined || originOf(event.url) !== developing)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
