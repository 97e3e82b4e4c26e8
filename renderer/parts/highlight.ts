import { useEffect, useState } from 'react';
import type { Highlighted, HighlightReply, HighlightRequest, TokenKind } from './highlight.worker.ts';

/** Code that is longer stays plain: nobody reads it by its colours. */
const mostCharacters = 100_000;
const keptResults = 300;

const aliases: Readonly<Record<string, string>> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  h: 'c',
  cc: 'cpp',
  hpp: 'cpp',
  'c++': 'cpp',
  cs: 'csharp',
  docker: 'dockerfile',
  ex: 'elixir',
  exs: 'elixir',
  golang: 'go',
  hs: 'haskell',
  tf: 'hcl',
  terraform: 'hcl',
  htm: 'html',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  kt: 'kotlin',
  makefile: 'make',
  md: 'markdown',
  patch: 'diff',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  svg: 'xml',
  yml: 'yaml',
};

export const tokenClass: Readonly<Record<TokenKind, string>> = {
  text: '',
  keyword: 'text-accent',
  string: 'text-go',
  constant: '',
  comment: 'text-faint',
  function: 'text-note',
  punctuation: 'text-muted',
  link: 'text-note',
};

export const languageOf = (name: string): string => {
  const known = name.toLowerCase();
  return Object.hasOwn(aliases, known) ? (aliases[known] ?? known) : known;
};

/** The language of a file, by the end of its name. */
export function languageOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return languageOf(name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : name);
}

/** A worker that had nothing to do for so long is let go, with the grammars that it holds, in milliseconds. */
const idleFor = 10_000;

let worker: Worker | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;
let nextId = 1;
const waiting = new Map<number, (lines: Highlighted | undefined) => void>();
const results = new Map<string, Highlighted | undefined>();

function rest(): void {
  worker?.terminate();
  worker = undefined;
}

function ask(code: string, language: string): Promise<Highlighted | undefined> {
  clearTimeout(idle);
  if (!worker) {
    worker = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<HighlightReply>) => {
      waiting.get(data.id)?.(data.lines);
      waiting.delete(data.id);
      if (waiting.size === 0) idle = setTimeout(rest, idleFor);
    });
    worker.addEventListener('error', () => {
      for (const settle of waiting.values()) settle(undefined);
      waiting.clear();
    });
  }
  const id = nextId;
  nextId += 1;
  const to = worker;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    to.postMessage({ id, code, language } satisfies HighlightRequest, { transfer: [] });
  });
}

/** The code's words by kind, once the worker has looked; undefined until then, and where it knows nothing. */
export function useHighlight(code: string, language: string, ready = true): Highlighted | undefined {
  const name = languageOf(language);
  const key = `${name}\n${code}`;
  const [, told] = useState(0);
  const wanted = ready && name !== '' && code.length <= mostCharacters && typeof Worker !== 'undefined';
  useEffect(() => {
    if (!wanted || results.has(key)) return undefined;
    let gone = false;
    void ask(code, name).then((lines) => {
      results.set(key, lines);
      if (results.size > keptResults) results.delete(results.keys().next().value ?? '');
      if (!gone) told((count) => count + 1);
    });
    return () => {
      gone = true;
    };
  }, [wanted, key, code, name]);
  return wanted ? results.get(key) : undefined;
}
