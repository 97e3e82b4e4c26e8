// Where the window was and how large, kept in a small file of this computer.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface WindowState {
  bounds?: Bounds;
  maximized: boolean;
  /** Chromium's zoom level; 0 is 100 %. */
  zoom: number;
}

export const smallest = { width: 720, height: 480 };
export const usual = { width: 1280, height: 820 };
/** So much of the title bar must be on a screen for the window to be moved, in points. */
const grip = { width: 120, height: 40 };

const numberFrom = (value: unknown, least: number, most: number): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most ? value : undefined;

/** What is in the file, as far as it makes sense on these screens. */
export function readWindowState(file: string, screens: readonly Bounds[]): WindowState {
  let kept: Record<string, unknown>;
  try {
    kept = (JSON.parse(readFileSync(file, 'utf8')) ?? {}) as Record<string, unknown>;
  } catch {
    kept = {};
  }
  const place = (kept['bounds'] ?? {}) as Record<string, unknown>;
  const x = numberFrom(place['x'], -100_000, 100_000);
  const y = numberFrom(place['y'], -100_000, 100_000);
  const width = numberFrom(place['width'], smallest.width, 20_000);
  const height = numberFrom(place['height'], smallest.height, 20_000);
  const zoom = numberFrom(kept['zoom'], -5, 5) ?? 0;
  const maximized = kept['maximized'] === true;
  if (x === undefined || y === undefined || width === undefined || height === undefined) return { maximized, zoom };
  const bounds = { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
  return screens.some((screen) => reachable(bounds, screen)) ? { bounds, maximized, zoom } : { maximized, zoom };
}

function reachable(bounds: Bounds, screen: Bounds): boolean {
  const right = Math.min(bounds.x + bounds.width, screen.x + screen.width);
  const left = Math.max(bounds.x, screen.x);
  return right - left >= grip.width && bounds.y >= screen.y && bounds.y + grip.height <= screen.y + screen.height;
}

/** Never fails: it is a convenience. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The window opens where it usually does.
  }
}
