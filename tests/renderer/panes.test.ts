import { expect, it } from 'vitest';
import { standing } from '../../renderer/screens/panes.ts';
import { keptDefaults } from '../../renderer/store/ui.ts';

const at = (width: number, over?: 'sidebar' | 'dock'): string[] =>
  (['sidebar', 'dock'] as const).map((pane) => standing(pane, width, keptDefaults, over));

it('a narrow window gives up the dock first, then the sidebar; both can be laid over the thread', () => {
  expect(at(1280)).toEqual(['beside', 'beside']);
  expect(at(1000)).toEqual(['beside', 'none']);
  expect(at(1000, 'dock')).toEqual(['beside', 'over']);
  expect(at(720)).toEqual(['none', 'none']);
  expect(at(720, 'sidebar')).toEqual(['over', 'none']);
});
