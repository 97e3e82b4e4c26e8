// Runs the command-line tools of node_modules under this Node, on every platform alike.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

const entry = (name, file = name) => {
  const folder = path.join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[file]);
};

const tools = {
  biome: () => entry('@biomejs/biome', 'biome'),
  oxlint: () => entry('oxlint'),
  tsc: () => entry('typescript', 'tsc'),
  vitest: () => entry('vitest'),
  'electron-vite': () => entry('electron-vite'),
  'electron-builder': () => entry('electron-builder'),
  playwright: () => entry('@playwright/test', 'playwright'),
  node: () => undefined,
};

/**
 * Runs a tool to its end. `output` is what it printed when `quiet`, else empty because it went straight to the terminal.
 * @param {keyof typeof tools} tool
 * @param {string[]} args
 * @param {{ quiet?: boolean }} [options]
 * @returns {Promise<{ ok: boolean, output: string, seconds: number }>}
 */
export function run(tool, args, { quiet = false } = {}) {
  const started = performance.now();
  const script = tools[tool]();
  const child = spawn(process.execPath, script ? [script, ...args] : args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    const end = (ok) => resolve({ ok, output, seconds: (performance.now() - started) / 1000 });
    child.on('error', (error) => {
      output += `${error.message}\n`;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

export const build = () => run('electron-vite', ['build', '--ignoreConfigWarning', '--logLevel', 'warn']);

/** The folders with a tsconfig of their own that exist. */
export const typed = () =>
  ['.', 'shared', 'electron', 'renderer', 'tests', 'tests/renderer', 'tests/e2e'].filter((folder) =>
    existsSync(path.join(root, folder, 'tsconfig.json')),
  );
