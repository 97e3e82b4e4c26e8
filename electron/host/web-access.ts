// Who may use the local web host: a browser that came with the token once and has had a cookie since. Other sites, other machines and
// names that point here (DNS rebinding) are turned away by the Host and Origin headers.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Access =
  /** The token was good: give the cookie and lead on to the page. */
  { kind: 'admit'; cookie: string } | { kind: 'allowed' } | { kind: 'refused'; status: 400 | 403 | 405; why: string };

interface WebAccess {
  /** Works once. */
  token: string;
  /** For a plain request. */
  check(request: IncomingMessage): Access;
  /** For a WebSocket: it must come from our own page. */
  checkSocket(request: IncomingMessage): Access;
}

/** Any port: behind a tunnel the browser knows another one than we do. */
const ownHost = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/;
const secret = (): string => randomBytes(32).toString('base64url');
/** Whoever has not come back by then, in seconds, needs a new token. */
const cookieAge = 30 * 24 * 3600;

export const openPath = '/open';

export function createWebAccess(): WebAccess {
  const token = secret();
  const session = secret();
  // Cookies are shared by all ports of a host: the name keeps two local hosts apart.
  const name = `switchyard-${randomBytes(4).toString('hex')}`;
  let unused = true;

  const refuse = (why: string, status: 400 | 403 | 405 = 403): Access => ({ kind: 'refused', status, why });
  const hostWrong = ({ headers }: IncomingMessage): boolean => !ownHost.test(headers.host ?? '');
  const hasCookie = ({ headers }: IncomingMessage): boolean =>
    (headers.cookie ?? '').split(';').some((part) => {
      const [key, value = ''] = part.trim().split('=');
      return key === name && same(value, session);
    });
  const strange = 'This address is for the machine that it runs on.\n';
  const unknown = 'Open the address that Switchyard printed when it started; it works once. `switchyard serve` prints a new one.\n';

  return {
    token,
    check: (request) => {
      if (hostWrong(request)) return refuse(strange);
      if (request.method !== 'GET' && request.method !== 'HEAD') return refuse('Only pages are read here.\n', 405);
      const url = URL.parse(request.url ?? '', 'http://127.0.0.1');
      if (!url) return refuse('That is no address.\n', 400);
      if (hasCookie(request)) return url.pathname === openPath ? { kind: 'admit', cookie: '' } : { kind: 'allowed' };
      if (url.pathname !== openPath || request.method !== 'GET' || !unused || !same(url.searchParams.get('token') ?? '', token))
        return refuse(unknown);
      unused = false;
      return { kind: 'admit', cookie: `${name}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieAge}` };
    },
    checkSocket: (request) => {
      const { host, origin } = request.headers;
      if (hostWrong(request)) return refuse(strange);
      // A tunnel may speak https; what counts is that the page came from the very same place.
      if (origin !== `http://${host}` && origin !== `https://${host}`) return refuse('Another site may not connect here.\n');
      return hasCookie(request) ? { kind: 'allowed' } : refuse(unknown);
    },
  };
}

/** In constant time. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
