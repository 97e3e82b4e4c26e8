#!/usr/bin/env node
// The command `switchyard`. It imports nothing but two built-in modules before the program itself: every millisecond here is paid at each start.
import { existsSync } from 'node:fs';
import module from 'node:module';

const stop = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};

const nodeApi = Number(process.versions.napi);
if (!(nodeApi >= 10))
  stop(`Switchyard needs Node 24 (Node-API 10); this is Node ${process.versions.node} with Node-API ${nodeApi || 'unknown'}.`);

const program = new URL('../out/main/cli.js', import.meta.url);
if (!existsSync(program)) stop('Switchyard is not built yet: run `npm run build` first.');

// A compile cache halves the time to load the program. It answers with a status and never throws; no folder to write means no cache.
if (!process.env.NODE_COMPILE_CACHE) module.enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/switchyard`);

await import(program.href);
