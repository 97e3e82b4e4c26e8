import { domainToASCII } from 'node:url';
import { expect, it } from 'vitest';
import { canonicalHost } from '../../../shared/policy/host-name.ts';
import { hostCovers, hostFits, hostVerdict, readHost } from '../../../shared/policy/hosts.ts';

type Row = [pattern: string, host: string, port: number, fits: boolean];
const rows: Row[] = [
  ['example.com', 'example.com', 443, true],
  ['example.com', 'EXAMPLE.com.', 443, true],
  ['Example.COM', 'example.com', 443, true],
  ['example.com', 'www.example.com', 443, false],
  ['example.com', 'badexample.com', 443, false],
  ['example.com', 'example.com.evil.net', 443, false],
  ['*.example.com', 'www.example.com', 443, true],
  ['*.example.com', 'a.b.example.com', 443, true],
  ['*.example.com', 'example.com', 443, false],
  ['*.example.com', 'badexample.com', 443, false],
  ['example.com:443', 'example.com', 443, true],
  ['example.com:443', 'example.com', 80, false],
  ['bücher.example', 'xn--bcher-kva.example', 443, true],
  ['xn--bcher-kva.example', 'BÜCHER.example', 443, true],
  ['example.com', 'еxample.com', 443, false],
  ['example.com', 'ｅｘａｍｐｌｅ．com', 443, true],
  ['127.0.0.1', '127.1', 80, true],
  ['127.0.0.1', '0x7f.0.0.1', 80, true],
  ['127.0.0.1', '2130706433', 80, true],
  ['127.0.0.1', '::ffff:127.0.0.1', 80, true],
  ['127.0.0.1', '[::ffff:7f00:1]', 80, true],
  ['127.0.0.1', '127.0.0.2', 80, false],
  ['::1', '0:0:0:0:0:0:0:1', 80, true],
  ['[::1]:8080', '::1', 8080, true],
  ['[::1]:8080', '::1', 80, false],
  ['[2001:DB8::1]', '2001:db8:0::1', 80, true],
  ['*.0.0.1', '127.0.0.1', 80, false],
  ['', '', 80, false],
  ['example.com', 'example.com\0.evil.net', 443, false],
  ['example.com', 'example.com@evil.net', 443, false],
];

it.each(rows)('%j: %j at %i fits: %j [SAFE-1]', (pattern, host, port, fits) => {
  expect(hostFits(pattern, host, port)).toBe(fits);
});

it.each([
  '',
  '.',
  'a..b',
  '*',
  '*.*.com',
  'a b',
  'http://a',
  'a/b',
  'a:0',
  'a:99999',
  '[::1',
  '::1::',
  '1.2.3.4.5',
  '256.1.1.1',
  '*.1.2.3.4',
  'fe80::1%eth0',
  '-'.repeat(64),
])('%j is no host [SAFE-1]', (pattern) => {
  expect(readHost(pattern)).toBeUndefined();
});

it.each(['münchen.de', '例え.jp', 'россия.рф', 'ábc-def.example', '😀.example', 'a.ö.b', '한국.kr', 'ليهمابتكلموشعربي.example'])(
  'writes %s as the URL Standard does [SAFE-1]',
  (host) => {
    expect(canonicalHost(host)).toBe(domainToASCII(host));
  },
);

it('is off, on, or a list [SAFE-1]', () => {
  const hosts = [{ host: '*.example.com', source: { kind: 'user', where: 'config.toml' } as const }];
  expect(hostVerdict('a.example.com', 443, { access: 'off', hosts })).toEqual({ allowed: false });
  expect(hostVerdict('b', 443, { access: 'on', hosts })).toEqual({ allowed: true });
  expect(hostVerdict('a.example.com', 443, { access: 'list', hosts })).toEqual({ allowed: true, rule: hosts[0] });
  expect(hostVerdict('example.org', 443, { access: 'list', hosts })).toEqual({ allowed: false });
});

it.each([
  ['*.a.com', 'x.a.com', true],
  ['*.a.com', '*.x.a.com', true],
  ['*.a.com', '*.a.com', true],
  ['*.a.com', 'a.com', false],
  ['a.com', '*.a.com', false],
  ['a.com', 'a.com:443', true],
  ['a.com:443', 'a.com', false],
  ['127.0.0.1', '127.1', true],
])('%j covers %j: %j [SAFE-1]', (wide, narrow, covers) => {
  expect(hostCovers(wide, narrow)).toBe(covers);
});
