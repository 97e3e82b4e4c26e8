// Which hosts a command may reach. Names are compared as DNS does, addresses by their value and not by their spelling.

import type { HostRule, NetworkAccess } from '../domain/profile.ts';
import { canonicalHost } from './host-name.ts';

/** `rule` is missing where no rule but the network's being on or off decided. */
export interface HostVerdict {
  allowed: boolean;
  rule?: HostRule;
}

export function hostVerdict(
  host: string,
  port: number,
  { access, hosts }: { access: NetworkAccess; hosts: readonly HostRule[] },
): HostVerdict {
  if (access !== 'list') return { allowed: access === 'on' };
  const rule = hosts.find((each) => hostFits(each.host, host, port));
  return rule ? { allowed: true, rule } : { allowed: false };
}

/** Does a host of an allow-list (a name, `*.name` for all below it, an address, each with or without `:port`) fit this host and port? */
export function hostFits(pattern: string, host: string, port: number): boolean {
  const rule = readHost(pattern);
  const asked = canonicalHost(host);
  if (!rule || asked === undefined || (rule.port !== undefined && rule.port !== port)) return false;
  return rule.below ? asked.endsWith(`.${rule.name}`) : asked === rule.name;
}

/** Does the first entry of an allow-list let through everything that the second does? */
export function hostCovers(wide: string, narrow: string): boolean {
  const [a, b] = [readHost(wide), readHost(narrow)];
  if (!a || !b || (a.port !== undefined && a.port !== b.port)) return false;
  if (!a.below) return !b.below && a.name === b.name;
  return b.name.endsWith(`.${a.name}`) || (b.below && b.name === a.name);
}

/** An entry of an allow-list taken apart; undefined when it is none. */
export function readHost(pattern: string): { name: string; below: boolean; port?: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:(\[[^\]]*\])|([^:[\]]*))(?::(\d{1,5}))?$/.exec(pattern) ?? [];
  // An IPv6 address without brackets has no port.
  const written = bracketed ?? plain ?? (/^[0-9A-Fa-f:.]+$/.test(pattern) ? pattern : undefined);
  if (written === undefined) return undefined;
  const below = written.startsWith('*.');
  const name = canonicalHost(below ? written.slice(2) : written);
  const port = digits === undefined ? undefined : Number(digits);
  if (name === undefined || (port !== undefined && (port < 1 || port > 65_535))) return undefined;
  // Nothing is below an address.
  if (below && (name.includes(':') || /^[\d.]+$/.test(name))) return undefined;
  return { name, below, ...(port === undefined ? {} : { port }) };
}
