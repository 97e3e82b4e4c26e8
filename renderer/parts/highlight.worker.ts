// Colours code off the window's thread. Answers with kinds of words, not with colours: the theme's classes do the rest.
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore, type LanguageInput } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

export type TokenKind = 'text' | 'keyword' | 'string' | 'constant' | 'comment' | 'function' | 'punctuation' | 'link';
/** Lines of [kind, text]. */
export type Highlighted = [TokenKind, string][][];
export interface HighlightRequest {
  id: number;
  code: string;
  language: string;
}
export interface HighlightReply {
  id: number;
  lines?: Highlighted;
}

const languages: Readonly<Record<string, () => Promise<{ default: LanguageInput }>>> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  cpp: () => import('shiki/langs/cpp.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  dart: () => import('shiki/langs/dart.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  dockerfile: () => import('shiki/langs/dockerfile.mjs'),
  elixir: () => import('shiki/langs/elixir.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  graphql: () => import('shiki/langs/graphql.mjs'),
  haskell: () => import('shiki/langs/haskell.mjs'),
  hcl: () => import('shiki/langs/hcl.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  ini: () => import('shiki/langs/ini.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  jsonc: () => import('shiki/langs/jsonc.mjs'),
  jsx: () => import('shiki/langs/jsx.mjs'),
  kotlin: () => import('shiki/langs/kotlin.mjs'),
  lua: () => import('shiki/langs/lua.mjs'),
  make: () => import('shiki/langs/make.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  nix: () => import('shiki/langs/nix.mjs'),
  perl: () => import('shiki/langs/perl.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  powershell: () => import('shiki/langs/powershell.mjs'),
  proto: () => import('shiki/langs/proto.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  r: () => import('shiki/langs/r.mjs'),
  ruby: () => import('shiki/langs/ruby.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  scala: () => import('shiki/langs/scala.mjs'),
  scss: () => import('shiki/langs/scss.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  svelte: () => import('shiki/langs/svelte.mjs'),
  swift: () => import('shiki/langs/swift.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  tsx: () => import('shiki/langs/tsx.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  vue: () => import('shiki/langs/vue.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
  zig: () => import('shiki/langs/zig.mjs'),
};

const kinds: Readonly<Record<string, TokenKind>> = {
  keyword: 'keyword',
  string: 'string',
  'string-expression': 'string',
  constant: 'constant',
  comment: 'comment',
  function: 'function',
  punctuation: 'punctuation',
  link: 'link',
};

const theme = createCssVariablesTheme({ name: 'tokens', variablePrefix: '--' });
let highlighter: Promise<HighlighterCore> | undefined;
const loaded = new Map<string, Promise<void>>();

async function highlight({ code, language }: HighlightRequest): Promise<Highlighted | undefined> {
  const load = languages[language];
  if (!load) return undefined;
  highlighter ??= createHighlighterCore({ themes: [theme], langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) });
  const ready = await highlighter;
  let loading = loaded.get(language);
  if (!loading) {
    loading = load().then((each) => ready.loadLanguage(each.default));
    loaded.set(language, loading);
  }
  await loading;
  const lines = ready.codeToTokensBase(code, { lang: language, theme: 'tokens', tokenizeMaxLineLength: 2000, tokenizeTimeLimit: 2000 });
  return lines.map((line) => {
    const spans: [TokenKind, string][] = [];
    for (const { color, content } of line) {
      const kind = kinds[/^var\(--token-([a-z-]+)\)/.exec(color ?? '')?.[1] ?? ''] ?? 'text';
      const last = spans.at(-1);
      if (last?.[0] === kind) last[1] += content;
      else spans.push([kind, content]);
    }
    return spans;
  });
}

// One side of a worker's own channel: there is no origin to name.
const alone = { transfer: [] };

self.addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => {
  highlight(data).then(
    (lines) => self.postMessage({ id: data.id, ...(lines ? { lines } : {}) } satisfies HighlightReply, alone),
    () => self.postMessage({ id: data.id } satisfies HighlightReply, alone),
  );
});
