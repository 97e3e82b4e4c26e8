import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWindowState, writeWindowState } from '../../electron/desktop/window-state.ts';
import { tempFolder } from '../support/temp.ts';

const screens = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 0, width: 1280, height: 1024 },
];
const bounds = { x: 100, y: 50, width: 1200, height: 800 };

describe('the window’s place', () => {
  it('is kept', () => {
    const file = path.join(tempFolder(), 'deep', 'window.json');
    writeWindowState(file, { bounds, maximized: true, zoom: 1 });
    expect(readWindowState(file, screens)).toEqual({ bounds, maximized: true, zoom: 1 });
  });

  it('is the usual one when there is none, or on a screen that is gone', () => {
    const file = path.join(tempFolder(), 'window.json');
    expect(readWindowState(file, screens)).toEqual({ maximized: false, zoom: 0 });
    writeWindowState(file, { bounds: { ...bounds, x: 2000 }, maximized: false, zoom: 0 });
    expect(readWindowState(file, screens).bounds).toBeDefined();
    expect(readWindowState(file, screens.slice(0, 1)).bounds).toBeUndefined();
    writeWindowState(file, { bounds: { ...bounds, y: -700 }, maximized: false, zoom: 0 });
    expect(readWindowState(file, screens).bounds).toBeUndefined();
  });

  it.each([
    '',
    'null',
    '[]',
    '7',
    '{"bounds":7}',
    '{"bounds":{"x":"1","y":1,"width":900,"height":900}}',
    '{"bounds":{"x":1,"y":1,"width":1,"height":1e9}}',
    '{"zoom":99}',
    '{',
  ])('is the usual one when the file holds %s', (text) => {
    const file = path.join(tempFolder(), 'window.json');
    writeFileSync(file, text);
    expect(readWindowState(file, screens)).toEqual({ maximized: false, zoom: 0 });
  });

  it('can not be kept where nothing can be written, and nothing breaks', () => {
    const file = path.join(tempFolder(), 'file');
    writeFileSync(file, '');
    writeWindowState(path.join(file, 'window.json'), { maximized: false, zoom: 0 });
    expect(existsSync(path.join(file, 'window.json'))).toBe(false);
  });
});
