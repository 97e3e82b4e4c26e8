import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';

// A story is data: steps with words and calls, and rules that choose the next step by what the last call really gave. The files are in
// resources/rehearsal; tests read every one of them, so that here their form is taken for granted.

export interface Story {
  /** The file's name without its end: part of the ids of calls. */
  name: string;
  title: string;
  /** What to write to see it. */
  ask: string;
  when: {
    /** A pattern for what the user wrote; case does not count. */
    text: string;
    /** Words that stand in the instructions or in what the user wrote: the folder's name, or the project's AGENTS.md. */
    marker: string;
  };
  start: string;
  steps: Record<string, Step>;
}

export interface Step {
  reasoning?: string;
  text?: string[];
  /** Without calls the step ends the turn. */
  calls?: { tool: string; args: Record<string, unknown> }[];
  /** Patterns whose named groups, found in the last call's result, fill {{name}} from then on. */
  keep?: string[];
  /** The first rule that fits names the next step. The result looked at is that of the last call. */
  then?: Rule[];
  /** Of a last step: where "continue" goes on. */
  again?: string;
}

export interface Rule {
  /** A person or a rule refused the call. */
  refused?: boolean;
  /** A pattern in the result. */
  has?: string;
  go: string;
}

export function readStories(folder: string): Story[] {
  try {
    const files = readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort();
    return files.map((file) => ({
      ...(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Story),
      name: path.basename(file, '.json'),
    }));
  } catch (error) {
    throw new AppError('broken', `The stories of the rehearsal cannot be read: ${folder}`, {
      hint: 'Install Switchyard again.',
      cause: error,
    });
  }
}

/** Puts what was kept into {{name}}; what is not known stays out, with a word for it. */
export function fill(text: string, kept: Record<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => (Object.hasOwn(kept, name) ? (kept[name] ?? '') : '(unknown)'));
}

/** The arguments of a call, filled. `{ lines: [...] }` stands for a text of several lines. */
export function fillArgs(value: unknown, kept: Record<string, string>): unknown {
  if (typeof value === 'string') return fill(value, kept);
  if (Array.isArray(value)) return value.map((one) => fillArgs(one, kept));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'lines' && Array.isArray(only[1])) return fill(only[1].join('\n'), kept);
  return Object.fromEntries(entries.map(([key, one]) => [key, fillArgs(one, kept)]));
}
