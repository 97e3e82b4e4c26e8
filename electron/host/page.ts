// The window's page: its built files, out of which nothing leads, and the headers that go with each. The desktop serves them under its
// own scheme, the local host over HTTP.
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { resources } from './resources.ts';

/** Where the build puts them; the same way up from here and from the bundle. */
const pageFolder = fileURLToPath(new URL('../../out/renderer/', import.meta.url));
const iconFile = path.join(resources, 'icon.png');

/**
 * Nothing from elsewhere, nothing inline. Style attributes are how lists are placed; they can load nothing that the rest does not allow.
 * W3C, Content Security Policy Level 3.
 */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

export function plainAnswer(status: number, text: string): PageAnswer {
  return { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: bytesOf(text) };
}
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export interface Page {
  /** The file behind the path of a URL, still percent-encoded; '/' is the page itself. Anything else but a file in the folder is a 404. */
  answer(pathname: string): Promise<PageAnswer>;
}

export function createPage(folder: string = pageFolder): Page {
  const missing = (): PageAnswer => plainAnswer(404, 'There is nothing here.\n');

  const find = async (pathname: string): Promise<string | undefined> => {
    let decoded: string;
    try {
      decoded = decodeURIComponent(pathname);
    } catch {
      return undefined;
    }
    // Names that the build makes: no dots in front, no backslashes, no drives, no streams, no zero bytes.
    const parts = (decoded === '/' ? '/index.html' : decoded).split('/').slice(1);
    if (!parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(part))) return undefined;
    if (!Object.hasOwn(types, path.extname(parts.at(-1) ?? ''))) return undefined;
    try {
      // A link in the folder must not lead out of it either.
      const [inside, file] = await Promise.all([realpath(folder), realpath(path.join(folder, ...parts))]);
      return file.startsWith(inside.endsWith(path.sep) ? inside : inside + path.sep) ? file : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    answer: async (pathname) => {
      // Browsers ask for it unbidden.
      const file = pathname === '/favicon.ico' ? iconFile : await find(pathname);
      if (file === undefined) return missing();
      let body: Buffer<ArrayBuffer>;
      try {
        body = await readFile(file);
      } catch {
        return missing();
      }
      // The build puts a hash into the names of its assets: what they hold never changes.
      const cached = pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store';
      return { status: 200, headers: { ...headers, 'content-type': types[path.extname(file)] ?? '', 'cache-control': cached }, body };
    },
  };
}
