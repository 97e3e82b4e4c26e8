import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import os from 'node:os';
import { canonicalHost } from '../../../shared/policy/host-name.ts';
import { readHost } from '../../../shared/policy/hosts.ts';

// IANA's registries of special addresses (RFC 6890 and what came later): this machine, its neighbours, clouds' metadata, nobody's.
const special = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Not in the registries: where Azure's machines are told about themselves.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(net, prefix, 'ipv4');
// Of IPv6 only what is given out to the public (RFC 4291: 2000::/3), without what carries IPv4 addresses or is for documents.
const public6 = new BlockList();
public6.addSubnet('2000::', 3, 'ipv6');
const special6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special6.addSubnet(net, prefix, 'ipv6');

/** May anybody's allow-list lead here by a name? Not where this machine or a neighbour would answer. */
export function isPublic(address: string): boolean {
  const plain = canonicalHost(isIPv6(address) ? `[${address}]` : address);
  if (plain === undefined) return false;
  const kind = isIP(plain);
  const own = Object.values(os.networkInterfaces()).some((each) =>
    each?.some((one) => canonicalHost(isIPv6(one.address) ? `[${one.address}]` : one.address) === plain),
  );
  if (kind === 0 || own) return false;
  return kind === 4 ? !special.check(plain, 'ipv4') : public6.check(plain, 'ipv6') && !special6.check(plain, 'ipv6');
}

export type Resolve = (name: string) => Promise<string[]>;
export const systemResolve: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/**
 * Where to connect to for a host that the list lets through: an address that was looked at. Undefined: its name leads to this machine or
 * its neighbours, which only a rule with that very address, or `localhost`, opens.
 */
export async function addressFor(host: string, rules: readonly string[], resolve: Resolve): Promise<string | undefined> {
  const meant = rules.some((rule) => {
    const read = readHost(rule);
    return read !== undefined && !read.below && read.name === host;
  });
  if (isIP(host)) return meant || isPublic(host) ? host : undefined;
  if (host === 'localhost') return meant ? '127.0.0.1' : undefined;
  return (await resolve(host)).find(isPublic);
}
