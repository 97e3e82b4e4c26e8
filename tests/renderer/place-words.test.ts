import { expect, it } from 'vitest';
import { fromHome, pathBelow } from '../../renderer/items/place-words.ts';

it('says a path below the folder that holds it, and anything else whole', () => {
  const below = (path: string): string => pathBelow([undefined, '/home/me/shop', '/home/me/shop/api'], path);
  expect(below('/home/me/shop/src/a.ts')).toBe('src/a.ts');
  expect(below('/home/me/shop')).toBe('');
  expect(below('/home/me/shop-old/a.ts')).toBe('/home/me/shop-old/a.ts');
  expect(below('/home/me/shop/../secrets')).toBe('/home/me/shop/../secrets');
  expect(pathBelow(['C:\\shop'], 'C:\\shop\\src\\a.ts')).toBe('src\\a.ts');
  expect(pathBelow(['/'], '/etc/passwd')).toBe('/etc/passwd');
});

it('says ~ for the home folder, and only for that', () => {
  const short = (path: string): string => fromHome('/home/me', path);
  expect(['/home/me/code/shop', '/home/me', '/home/mea/x', '/etc/hosts'].map(short)).toEqual([
    '~/code/shop',
    '~',
    '/home/mea/x',
    '/etc/hosts',
  ]);
  expect(fromHome('C:\\Users\\me', 'C:\\Users\\me\\shop')).toBe('~\\shop');
  expect(fromHome(undefined, '/home/me/shop')).toBe('/home/me/shop');
});
