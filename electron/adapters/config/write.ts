import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { AppError } from '../../../shared/errors.ts';
import { locate } from './locate.ts';

/** The text with one top-level key set, or taken out with null. Every other line stays as it is. AppError `invalid` when that can't be done safely. */
export function withKey(text: string, key: string, value: string | null, file: string): string {
  const lines = text.split('\n');
  const line = locate(text).line([key]);
  const setting = value === null ? [] : [`${key} = ${JSON.stringify(value)}`];
  if (line !== undefined) lines.splice(line - 1, 1, ...setting);
  else {
    const table = lines.findIndex((each) => /^\s*\[/.test(each));
    lines.splice(table < 0 ? (lines.at(-1) === '' ? lines.length - 1 : lines.length) : table, 0, ...setting);
  }
  const next = lines.join('\n');
  const wanted = { ...(parse(text) as Record<string, unknown>) };
  if (value === null) delete wanted[key];
  else wanted[key] = value;
  try {
    if (JSON.stringify(sorted(parse(next))) === JSON.stringify(sorted(wanted))) return next;
  } catch {
    // Said below.
  }
  throw new AppError('invalid', `${file} can't be changed from here: ${key} is written over several lines.`, {
    hint: 'Change it in an editor.',
  });
}

const sorted = (table: Record<string, unknown>): [string, unknown][] => Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1));

/** Writes it whole or not at all. */
export function writeKey(file: string, key: string, value: string | null): void {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ENOENT') throw new AppError('unavailable', `${file} can't be read.`, { cause });
  }
  const next = withKey(text, key, value, file);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, next, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
