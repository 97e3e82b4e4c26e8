import { bound } from '../bounded.ts';
import type { ToolContext, ToolResult } from '../tool.ts';

const encoder = new TextEncoder();

/** Text for the model; what is too long for it is kept whole in a blob. `rest` says how to get at what was left out. */
export function textResult(context: Pick<ToolContext, 'log' | 'redact'>, raw: string, rest?: string): ToolResult {
  const text = context.redact(raw);
  const bounded = bound(text, rest === undefined ? {} : { whole: rest });
  if (!bounded.cut) return { output: bounded.text };
  return { output: bounded.text, whole: { kind: 'blob', id: context.log.putBlob(encoder.encode(text)), bytes: bounded.bytes } };
}

/** For titles: one line, not too long. */
export function shorten(text: string, most = 80): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  if (line.length > most) return `${line.slice(0, most - 1).trimEnd()}…`;
  return line.length < text.trim().length ? `${line} …` : line;
}

/** 1 file, 2 files. */
export const count = (number: number, noun: string): string => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return count(bytes, 'byte');
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
