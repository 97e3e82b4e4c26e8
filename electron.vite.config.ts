import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const entries = {
  main: resolve('electron/main.ts'),
  cli: resolve('electron/cli.ts'),
  web: resolve('electron/web.ts'),
  process: resolve('electron/host/process.ts'),
  confined: resolve('electron/host/confined.ts'),
};
const define = { __PACKAGED__: JSON.stringify(process.env['SWITCHYARD_PACKAGED'] === '1') };

/** While developing, the page comes from a server whose reloading needs inline scripts and a socket: the strict policy is for what is built. */
const policyOnlyWhenBuilt: Plugin = {
  name: 'policy-only-when-built',
  apply: 'serve',
  transformIndexHtml: { order: 'pre', handler: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/i, '') },
};

// What package.json lists under "dependencies" stays outside the bundle (native code and binaries); everything else is bundled,
// so that the command line reads a few files at start and not a thousand.
export default defineConfig({
  main: {
    define,
    build: {
      // The oldest Node that runs any of it: the one inside the Electron that tests use. Its V8 is new, so little is rewritten.
      target: 'node20.18',
      // Kilobytes; read from the disk, not over a network.
      chunkSizeWarningLimit: 2000,
      externalizeDeps: true,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
        output: {
          format: 'es',
          // Chunks lie beside the entries: the package's root is two folders up from every built file, as it is from electron/FOLDER/file.ts.
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          // Names stay readable in stack traces.
          minify: { compress: { keepNames: { function: true, class: true } }, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      // A sandboxed preload is one CommonJS file that can import nothing but "electron".
      externalizeDeps: false,
      rolldownOptions: { input: { preload: resolve('electron/preload.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  // The window is optional until it is there: the command line is built without it.
  ...(existsSync('renderer/index.html')
    ? {
        renderer: {
          root: 'renderer',
          build: {
            target: 'chrome130',
            minify: true,
            outDir: 'out/renderer',
            chunkSizeWarningLimit: 3000,
            rolldownOptions: { input: resolve('renderer/index.html') },
          },
          worker: { format: 'es' as const },
          plugins: [react(), tailwindcss(), policyOnlyWhenBuilt],
        },
      }
    : {}),
});
