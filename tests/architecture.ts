// The rules of the house as data, and the checker that reads source files against them. docs: AGENTS.md, "Who may import whom".

import { isBuiltin } from 'node:module';
import path from 'node:path';
import { parseSync, Visitor } from 'vite';

/** Source file: path from the root of the repository with forward slashes, and its text. */
export type Source = { readonly file: string; readonly text: string };
export type Violation = { readonly file: string; readonly reason: string };
/** What is imported: a file of the repository (`local`), or a package or built-in module by its name. */
type Import = { readonly target: string; readonly local: boolean; readonly typeOnly: boolean };

type Row = {
  /** A file, or a folder with a slash at the end; `*` stands for one folder name. The first row that fits a file is its row. */
  readonly at: string;
  /** What its files may import besides their own row: files, and folders with a slash at the end. */
  readonly may: readonly string[];
  /** What they may import with `import type` only. */
  readonly types?: readonly string[];
  /** Which of Node's built-in modules: every one, or these. */
  readonly builtins: 'all' | readonly string[];
};

const data = ['package.json', 'resources/'];
const connect = 'electron/host/connect.ts';
const runtimeProcess = 'electron/host/process.ts';

export const rows: readonly Row[] = [
  { at: 'shared/', may: [], builtins: [] },
  { at: 'electron/runtime/', may: ['shared/'], builtins: ['node:path'] },
  {
    at: 'electron/adapters/*/',
    may: ['shared/', ...data],
    types: ['electron/runtime/ports.ts', 'electron/runtime/ports/'],
    builtins: 'all',
  },
  { at: 'electron/host/', may: ['shared/', 'electron/runtime/', 'electron/adapters/', ...data], builtins: 'all' },
  { at: 'electron/cli/', may: ['shared/', connect, 'electron/web.ts', ...data], builtins: 'all' },
  { at: 'electron/desktop/', may: ['shared/', connect, runtimeProcess, ...data], builtins: 'all' },
  { at: 'electron/preload.ts', may: ['shared/', connect, runtimeProcess], builtins: [] },
  { at: 'electron/main.ts', may: ['shared/', 'electron/host/', 'electron/desktop/'], builtins: 'all' },
  { at: 'electron/cli.ts', may: ['electron/host/', 'electron/cli/'], builtins: 'all' },
  { at: 'electron/web.ts', may: ['shared/', 'electron/host/'], builtins: 'all' },
  {
    at: 'renderer/main.tsx',
    may: ['shared/', 'renderer/screens/', 'renderer/parts/', 'renderer/connection/', 'renderer/store/', 'renderer/theme/'],
    builtins: [],
  },
  { at: 'renderer/connection/', may: ['shared/', 'renderer/store/'], builtins: [] },
  { at: 'renderer/store/', may: ['shared/'], builtins: [] },
  {
    at: 'renderer/screens/',
    may: ['shared/', 'renderer/items/', 'renderer/parts/', 'renderer/store/', 'renderer/connection/', 'renderer/theme/'],
    builtins: [],
  },
  { at: 'renderer/items/', may: ['shared/', 'renderer/parts/', 'renderer/store/', 'renderer/connection/'], builtins: [] },
  { at: 'renderer/parts/', may: ['renderer/theme/'], types: ['shared/domain/'], builtins: [] },
  { at: 'renderer/theme/', may: [], builtins: [] },
];

/** Where a package may be imported. A package that is not here may be imported nowhere. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  zod: ['shared/'],
  'better-sqlite3': ['electron/adapters/sqlite/'],
  openai: ['electron/adapters/openai/'],
  'simple-git': ['electron/adapters/git/'],
  'smol-toml': ['electron/adapters/config/'],
  '@vscode/ripgrep': ['electron/adapters/search/'],
  electron: ['electron/desktop/', 'electron/main.ts', 'electron/preload.ts'],
  ws: ['electron/adapters/ws/'],
  react: ['renderer/'],
  'react-dom': ['renderer/'],
  zustand: ['renderer/store/'],
  'lucide-react': ['renderer/parts/', 'renderer/items/', 'renderer/screens/'],
  '@base-ui/react': ['renderer/parts/'],
  cmdk: ['renderer/parts/'],
  'react-resizable-panels': ['renderer/parts/', 'renderer/screens/'],
  virtua: ['renderer/parts/'],
  'react-markdown': ['renderer/parts/'],
  'remark-gfm': ['renderer/parts/'],
  remend: ['renderer/parts/'],
  shiki: ['renderer/parts/'],
};

export const limits = { lines: 400, usualLines: 250, shareOfUsual: 0.9 };
const forbiddenNames = /^(utils?|helpers?|misc)$|[-.]?(manager|service|utils?|helpers?)$/;

const within = (file: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));

/** The row of a file and the part of the tree that is the row's own. */
function rowOf(file: string): { row: Row; own: string } | undefined {
  for (const row of rows) {
    const own = new RegExp(`^${row.at.replaceAll('.', '\\.').replace('*', '[^/]+')}${row.at.endsWith('/') ? '' : '$'}`).exec(file)?.[0];
    if (own !== undefined) return { row, own };
  }
  return undefined;
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Reads one file: its imports, and what its exports and its name do wrong. */
function read({ file, text }: Source): { imports: Import[]; wrong: string[] } {
  const { program, errors } = parseSync(file, text);
  const wrong = errors.slice(0, 1).map((error) => `does not parse: ${error.message}`);
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const local = specifier.startsWith('.');
    imports.push({ target: local ? path.posix.join(path.posix.dirname(file), specifier) : specifier, local, typeOnly });
  };
  const noDefault = 'has a default export: give it a name';
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === 'type'),
    ImportExpression: (node) => {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') add(node.source.value, false);
      else wrong.push('imports what only a run can know: write the name of the module in the import()');
    },
    TSImportType: (node) => add(node.source.value, true),
    ExportAllDeclaration: (node) => {
      add(node.source.value, node.exportKind === 'type');
      wrong.push('has an `export *`: name what it exports');
    },
    ExportDefaultDeclaration: () => void wrong.push(noDefault),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value, node.exportKind === 'type');
      if (node.specifiers.some(({ exported }) => exported.type === 'Identifier' && exported.name === 'default')) wrong.push(noDefault);
    },
  }).visit(program);
  const name = path.posix.basename(file).replace(/\.tsx?$/, '');
  if (forbiddenNames.test(name)) wrong.push(`is called ${name}: name it for the thing that it holds`);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > limits.lines) wrong.push(`has ${lines} lines: ${limits.lines} is the most`);
  return { imports, wrong };
}

function judge(file: string, { target, local, typeOnly }: Import): string | undefined {
  const found = rowOf(file);
  if (!found) return undefined;
  const { row, own } = found;
  const refused = `imports ${target}, which ${row.at} may not`;
  if (local) {
    if (within(target, [own, ...row.may])) return undefined;
    if (!within(target, row.types ?? [])) return refused;
    return typeOnly ? undefined : `imports ${target}, of which ${row.at} may only \`import type\``;
  }
  if (isBuiltin(target)) {
    if (!target.startsWith('node:')) return `imports ${target}: write node:${target}`;
    return row.builtins === 'all' || row.builtins.includes(target) ? undefined : refused;
  }
  const places = packages[packageOf(target)];
  if (!places) return refused;
  return within(file, places) ? undefined : `imports ${target}, which only ${places.join(' and ')} may`;
}

type Graph = ReadonlyMap<string, readonly string[]>;

/** Groups of files that import each other in a circle (strongly connected components of two or more; Tarjan 1972). */
function circles(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    const at = order.size;
    order.set(file, at);
    low.set(file, at);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? at, low.get(next) ?? at));
    }
    if (low.get(file) === at) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1 || graph.get(file)?.includes(file)) found.push(circle.toSorted());
    }
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** Every violation in these files, which are the whole of the source. */
export function violations(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  const files = sources.map((source) => ({ file: source.file, ...read(source) }));
  for (const { file, imports, wrong } of files) {
    const reasons = [...wrong, ...imports.map((one) => judge(file, one)).filter((reason) => reason !== undefined)];
    if (!rowOf(file)) reasons.push('is in no row of the import table');
    found.push(...[...new Set(reasons)].map((reason) => ({ file, reason })));
  }

  const graph = (keep: (one: Import) => boolean): Graph =>
    new Map(files.map(({ file, imports }) => [file, imports.filter(keep).map(({ target }) => target)]));
  const report = (circle: readonly string[], what: string): void =>
    void found.push({ file: circle[0] ?? '', reason: `${what}: ${circle.join(', ')}` });
  const valueCircles = circles(graph(({ typeOnly }) => !typeOnly));
  for (const circle of valueCircles) report(circle, 'imports in a circle');
  // Types may know each other inside one folder; across folders a circle means that the folders are one.
  for (const circle of circles(graph(() => true))) {
    const folders = new Set(circle.map((file) => path.posix.dirname(file)));
    const known = valueCircles.some((values) => values.every((file) => circle.includes(file)));
    if (folders.size > 1 && !known) report(circle, 'types in a circle across folders');
  }

  const long = sources.filter(({ text }) => text.split('\n').length - 1 > limits.usualLines);
  if (long.length > sources.length * (1 - limits.shareOfUsual))
    for (const { file } of long) found.push({ file, reason: `is over ${limits.usualLines} lines, and more than one file in ten is` });
  return found;
}
