import { expect, it } from 'vitest';
import { distance, nearest } from '../../shared/nearest.ts';

it('counts letters put in, left out, replaced, and neighbours swapped', () => {
  expect(distance('', 'abc')).toBe(3);
  expect(distance('kitten', 'sitting')).toBe(3);
  expect(distance('wier', 'wire')).toBe(1);
  expect(distance('same', 'same')).toBe(0);
});

it('proposes a known word only when it is near', () => {
  expect(nearest('efort', ['effort', 'model'])).toBe('effort');
  expect(nearest('idle-timeout-ms', ['idle_timeout_ms'])).toBe('idle_timeout_ms');
  expect(nearest('wier', ['wire', 'kind'])).toBe('wire');
  expect(nearest('--helpp', ['help', '--help'])).toBe('--help');
  expect(nearest('hlep', ['--help', 'help'])).toBe('help');
  expect(nearest('colour', ['effort', 'model'])).toBeUndefined();
  expect(nearest('x'.repeat(1000), ['effort'])).toBeUndefined();
  expect(nearest('', [])).toBeUndefined();
});
