import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';

const entries = { cli: resolve('electron/cli.ts'), process: resolve('electron/host/process.ts') };

// What package.json lists under "dependencies" stays outside the bundle (native code and binaries); everything else is bundled,
// so that the command line reads a few files at start and not a thousand.
export default defineConfig({
  main: {
    build: {
      target: 'node24',
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
});
