// How keys and values of a file are said to people.
import type { KeyPath } from './locate.ts';

export type Table = Record<string, unknown>;
export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
export const list = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(', ');
export const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** A key as it is written in a file. */
export function written(path: KeyPath): string {
  return path.map((part) => (/^[A-Za-z0-9_-]+$/.test(String(part)) ? part : JSON.stringify(part))).join('.');
}

/** What was found, in words; never the value of a key that may hold a secret. */
export function found(value: unknown, hide = false): string {
  if (typeof value === 'string') return hide ? 'other text' : `the text ${JSON.stringify(clip(value))}`;
  if (hide && typeof value === 'number') return 'a number';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `${value}`;
  if (value instanceof Date) return 'a date or time';
  return Array.isArray(value) ? 'a list' : 'a table';
}
