// The program that the sandbox starts to look at files for the tools: it sees what a command of the thread would see, and no more.
import { createFiles } from '../adapters/files/files.ts';
import { serveFiles } from '../adapters/sandbox/serve-files.ts';
import { createSearch } from '../adapters/search/search.ts';

serveFiles(createFiles(), createSearch());
