import { useEffect, useState } from 'react';
import { request } from '../../../connection/connection.ts';
import { mention, type Slot } from './completion.ts';
import { slashFor } from './slash.ts';
import type { Target } from './target.ts';

export interface Option {
  key: string;
  label: string;
  detail?: string;
  /** What is put into the text. */
  insert: string;
  /** A command that is complete with this choice: Enter carries it out. */
  runs?: { name: string; argument: string };
}

const searchAfter = 60;
const most = 8;

function commandOptions(target: Target, query: string): Option[] {
  return slashFor(target)
    .filter(({ name }) => name.startsWith(query))
    .map(({ name, about, takes }) => ({
      key: name,
      label: `/${name}`,
      detail: about,
      insert: `/${name}`,
      ...(takes ? {} : { runs: { name, argument: '' } }),
    }));
}

function argumentOptions(target: Target, name: string, query: string): Option[] {
  const text = query.toLowerCase();
  const options =
    slashFor(target)
      .find((command) => command.name === name)
      ?.options?.(target) ?? [];
  return options
    .filter(({ value, label }) => value.toLowerCase().includes(text) || label.toLowerCase().includes(text))
    .map(({ value, label, detail }) => ({
      key: `${label} ${value} ${detail ?? ''}`,
      label,
      insert: label,
      runs: { name, argument: value },
      ...(detail === undefined ? {} : { detail }),
    }));
}

const fileOption = (path: string): Option => {
  const at = path.lastIndexOf('/');
  return { key: path, label: path.slice(at + 1), insert: mention(path), ...(at > 0 ? { detail: path.slice(0, at) } : {}) };
};

/** What can be chosen for a slot. Files are asked for a moment after the last key; until the answer comes the former ones stay. */
export function useOptions(target: Target, cwd: string | undefined, slot: Slot | undefined): Option[] {
  const [files, setFiles] = useState<string[]>([]);
  const query = slot?.kind === 'file' ? slot.query : undefined;
  useEffect(() => {
    if (query === undefined || cwd === undefined) {
      setFiles((before) => (before.length === 0 ? before : []));
      return undefined;
    }
    let over = false;
    const timer = setTimeout(() => {
      request('file.find', { cwd, text: query, limit: most })
        .then(({ paths }) => {
          if (!over) setFiles(paths);
        })
        .catch(() => {
          if (!over) setFiles([]);
        });
    }, searchAfter);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [cwd, query]);
  if (!slot) return [];
  if (slot.kind === 'command') return commandOptions(target, slot.query);
  if (slot.kind === 'argument') return argumentOptions(target, slot.command ?? '', slot.query);
  return files.map(fileOption);
}
