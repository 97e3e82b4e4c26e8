// The fake model server as a process of its own: `node fake-model-main.ts SCRIPT.json`. The script is a list of steps, or an object
// { steps, by?, key?, bodies? }. First line on standard output: {"url"}; then one line for each request and one for each whole answer.

import { readFileSync } from 'node:fs';
import { type FakeModelOptions, fakeModel, type Step } from './fake-model.ts';

interface Script {
  steps: Step[];
  by?: 'order' | 'answers';
  key?: string;
  /** Lines of requests hold their bodies. */
  bodies?: boolean;
}

const file = process.argv[2];
if (file === undefined) throw new Error('usage: node fake-model-main.ts SCRIPT.json');
const read = JSON.parse(readFileSync(file, 'utf8')) as Step[] | Script;
const script: Script = Array.isArray(read) ? { steps: read } : read;

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const options: FakeModelOptions = {
  script: script.steps,
  ...(script.by === undefined ? {} : { by: script.by }),
  ...(script.key === undefined ? {} : { key: script.key }),
  onRequest: ({ n, at, wire, bytes, body }) => print({ type: 'request', n, at, wire, bytes, ...(script.bodies === true ? { body } : {}) }),
  onAnswered: ({ n }, at) => print({ type: 'answered', n, at }),
};
const server = await fakeModel(options);
print({ url: server.url });
