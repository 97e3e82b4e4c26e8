import { expect, it } from 'vitest';
import { isNarrower } from '../../../electron/runtime/policy/narrower.ts';
import type { Confinement } from '../../../shared/domain/confinement.ts';

const from = (paths: Confinement['paths'], network: Confinement['network'] = { access: 'off', hosts: [] }): Confinement => ({
  paths: [{ path: '/', access: 'read' }, ...paths],
  network,
  environment: [],
  worktree: '/p',
});
const list = (...hosts: string[]): Confinement => from([], { access: 'list', hosts });
const write = from([{ path: '/p', access: 'write' }]);
const glob = from([{ path: '/p/*.pem', access: 'deny' }]);

it.each<[string, Confinement, Confinement, boolean]>([
  ['the same', write, write, false],
  ['no longer written', from([]), write, true],
  ['written by now', write, from([]), false],
  ['a part is closed', from([...write.paths, { path: '/p/a', access: 'deny' }]), write, true],
  ['a part is open again', write, from([...write.paths, { path: '/p/a', access: 'deny' }]), false],
  ['a pattern is closed', glob, from([]), true],
  ['a pattern is open again', from([]), glob, false],
  ['the network goes', from([]), list('a.com'), true],
  ['a host goes', list('a.com'), list('a.com', 'b.com'), true],
  ['a host comes', list('a.com', 'b.com'), list('a.com'), false],
  ['a wider entry', list('*.a.com'), list('x.a.com'), false],
  ['one port of all', list('a.com:443'), list('a.com'), true],
  ['everything', from([], { access: 'on', hosts: [] }), list('a.com'), false],
])('tells whether less is left: %s [SAFE-2]', (_, now, before, narrower) => {
  expect(isNarrower(now, before)).toBe(narrower);
});
