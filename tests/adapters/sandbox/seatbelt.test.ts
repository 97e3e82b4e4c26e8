import { describe, expect, it } from 'vitest';
import { seatbeltPattern, seatbeltProfile } from '../../../electron/adapters/sandbox/seatbelt.ts';

const places = [
  { path: '/', access: 'read' as const, folder: true },
  { path: '/Users/a/.ssh', access: 'deny' as const, folder: true },
  { path: '/Users/a/w', access: 'write' as const, folder: true },
  { path: '/Users/a/w/.git/config', access: 'read' as const, folder: false },
];
const base = {
  places,
  globs: [{ path: '/Users/a/**/.env*', access: 'deny' as const }],
  pins: ['/Users/a/w/.git'],
  tmp: '/private/tmp/x "y"',
};

describe('the profile for macOS', () => {
  it('denies what no rule opens, and lets the deeper rule decide by its order', () => {
    const text = seatbeltProfile({ ...base, network: { access: 'off' } });
    const lines = text.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['(version 1)', '(deny default)']);
    const order = [
      '(allow file-read* (subpath "/"))',
      '(deny file-read* file-write* (subpath "/Users/a/.ssh"))',
      '(allow file-read* file-write* (subpath "/Users/a/w"))',
      '(deny file-write* (literal "/Users/a/w/.git/config"))',
    ];
    const at = order.map((line) => lines.indexOf(line));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
    expect(text).toContain('(deny file-write-unlink (literal "/Users/a/w/.git"))');
    expect(text).toContain('(subpath "/private/tmp/x \\"y\\"")');
    expect(text).not.toContain('network-outbound');
  });

  it('opens the way out alone for a list of hosts, and everything where the network is on', () => {
    expect(seatbeltProfile({ ...base, network: { access: 'list', proxy: 4711 } })).toContain(
      '(allow network-outbound (remote ip "localhost:4711"))',
    );
    expect(seatbeltProfile({ ...base, network: { access: 'on' } })).toContain('(allow network*)');
  });

  it.each([
    ['/a/**/.env*', ['/a/.env', '/a/b/c/.env.local', '/a/.env/x'], ['/a/env', '/b/.env', '/a/x.env']],
    ['/a/*.p?m', ['/a/x.pem'], ['/a/b/x.pem', '/a/xpem']],
    ['/a/\\*b/**', ['/a/*b/c'], ['/a/xb/c']],
  ])('%s as a regular expression', (glob, fit, others) => {
    const source = /^\(regex #"(.*)"\)$/s.exec(seatbeltPattern(glob))?.[1] ?? '(';
    for (const path of fit) expect(path).toMatch(new RegExp(source));
    for (const path of others) expect(path).not.toMatch(new RegExp(source));
  });
});
