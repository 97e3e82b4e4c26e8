import { expect, it } from 'vitest';
import { ranked } from '../../renderer/parts/command-rank.ts';

const groups = [
  {
    title: 'Threads',
    items: [
      { label: 'Start the dev server and compile everything', detail: 'Sample project' },
      { label: 'payments-migration', detail: 'web-shop' },
    ],
  },
  { title: 'View', items: [{ label: 'Show or hide the dock' }, { label: 'Show changes' }] },
  { title: 'Settings', items: [{ label: 'Appearance', words: 'settings' }] },
];
const found = (text: string): string[] => ranked(groups, text).flatMap(({ items }) => items.map(({ label }) => label));

it('the palette finds by beginnings, by several words and by what stands beside, best first', () => {
  expect(found('')).toHaveLength(5);
  expect(found('appear')).toEqual(['Appearance']);
  expect(found('settings')[0]).toBe('Appearance');
  expect(found('mig web')).toEqual(['payments-migration']);
  expect(found('hide dock')).toEqual(['Show or hide the dock']);
  expect(found('sc')[0]).toBe('Show changes');
  expect(found('zzz')).toEqual([]);
});
