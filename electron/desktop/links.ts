// Which addresses lead where. Everything here comes from outside.
export const ownScheme = 'app';
export const ownOrigin = `${ownScheme}://switchyard`;
/** The page itself. */
export const pageUrl = `${ownOrigin}/`;
export const linkScheme = 'switchyard';

/** The thread that a `switchyard://thread/ID` names; undefined for anything else. */
export function readDeepLink(text: string): string | undefined {
  return /^switchyard:\/\/thread\/([A-Za-z0-9_-]{1,64})\/?$/.exec(text)?.[1];
}

/** The address to hand to the system's browser or mail program, or undefined when it must not be. */
export function externalUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return undefined;
  if (url.protocol === 'mailto:') return url.href;
  // A name in front of the host is there to deceive.
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '' && url.username === '' && url.password === ''
    ? url.href
    : undefined;
}

/** Like URL.origin, which is "null" for schemes that Node does not know. */
export function originOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.protocol}//${parsed.host}` : undefined;
}
