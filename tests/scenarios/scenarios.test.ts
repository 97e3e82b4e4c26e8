// Each folder is a story: steps.json is what the model does, files/ the project, config.toml the settings, run.json the commands with what
// they must answer, after/ the files at the end, expected.jsonl the log with what changes from run to run masked.
// UPDATE_SCENARIOS=1 writes expected.jsonl anew: read the difference before you keep it.
import { existsSync, globSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Step } from '../support/fake-model.ts';
import { readLog } from '../support/kill.ts';
import { createWorld, type World } from '../support/world.ts';

const titles: Record<string, string> = {
  'edit-responses': 'reads, plans, patches and tests over the Responses wire [AGT-1] [AGT-2] [MODEL-3] [COST-1]',
  'edit-chat': 'does the same over Chat Completions at a server that config.toml names [AGT-1] [AGT-2] [MODEL-3]',
  'approval-later': 'ends with 3 at an open approval; the answer runs the call and the turn goes on [SAFE-4] [AGT-7]',
  'approval-refused': 'hands a refusal and its note to the agent [SAFE-4]',
  'read-only': 'reads but changes nothing under the profile read-only [SAFE-1] [POL-3]',
  question: 'asks the user and goes on with the answer [AGT-2] [SAFE-4]',
  'patch-errors': 'tells the agent exactly what is wrong with a call, and changes nothing by a wrong patch [AGT-2]',
  instructions: 'gives the instructions of a project to the model once it is trusted [AGT-3] [PRJ-2]',
  failed: 'fails at once where trying again is pointless, and goes on later [AGT-6] [AGT-7]',
};

interface Run {
  /** $THREAD stands for the first thread, $PROJECT for the project's folder; in what is printed, too. */
  args: string[];
  input?: string;
  exit: number;
  stdout?: string;
  /** Parts of what is said on standard error. */
  stderr?: string[];
}
interface Story {
  env?: Record<string, string>;
  runs: Run[];
  wire?: string;
  /** Headers of every request. */
  headers?: Record<string, string>;
  /** Texts that the last request holds. */
  sent?: string[];
  notSent?: { request: number; text: string }[];
  /** Files that are not there at the end. */
  gone?: string[];
}

const readTree = (folder: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**/*', { cwd: folder })
      .filter((name) => statSync(path.join(folder, name)).isFile())
      .map((name) => [name.replaceAll(path.sep, '/'), readFileSync(path.join(folder, name), 'utf8')]),
  );

/** Times; file modes and lengths, which depend on the machine's settings and paths. */
const volatile = new Set(['at', 'addedAt', 'startedAt', 'endedAt', 'retryAt', 'mode', 'bytes']);

/** The log as lines that are the same for every run: ids counted by kind, times left out, places named. */
function maskedLog(world: World): string[] {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (id: string, kind: string): string => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(id, `${kind}-${count}`);
    return `${kind}-${count}`;
  };
  const mask = (text: string): string =>
    text
      .replaceAll(world.repo.path, '$PROJECT')
      .replaceAll(path.basename(world.repo.path), '$NAME')
      .replaceAll(world.home, '$DATA')
      .replaceAll(world.model.url, '$URL')
      .replaceAll(/\b([a-z]+)_[0-9a-hjkmnp-tv-z]{26}\b/g, nameOf);
  return readLog(world.home).map(({ seq, stream, type, data }) => {
    const line = { seq, stream, type, data };
    return mask(JSON.stringify(line, (key, value: unknown) => (volatile.has(key) ? undefined : value)));
  });
}

function firstThread({ home }: World): string {
  const log = existsSync(path.join(home, 'switchyard.db')) ? readLog(home) : [];
  return log.find(({ type }) => type === 'thread.started')?.stream ?? 'no thread';
}

describe.skipIf(process.platform === 'win32')('the built command', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

  it('has a title for every scenario', () => {
    expect(folders.toSorted()).toEqual(Object.keys(titles).toSorted());
  });

  it.each(folders.map((name) => [titles[name] ?? name, name]))('%s', async (_title, name) => {
    const folder = path.join(import.meta.dirname, name);
    const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    const story = read('run.json') as Story;
    const config = path.join(folder, 'config.toml');
    const world = await createWorld({
      script: read('steps.json') as Step[],
      files: readTree(path.join(folder, 'files')),
      ...(story.env ? { env: story.env } : {}),
      ...(existsSync(config) ? { config: readFileSync(config, 'utf8') } : {}),
    });

    for (const run of story.runs) {
      const fill = (text: string): string => text.replaceAll('$THREAD', firstThread(world)).replaceAll('$PROJECT', world.repo.path);
      const end = await world.run(run.args.map(fill), run.input === undefined ? {} : { input: run.input });
      expect({ args: run.args, exit: end.code, stdout: end.stdout }, end.stderr).toEqual({
        args: run.args,
        exit: run.exit,
        stdout: run.stdout === undefined ? end.stdout : fill(run.stdout),
      });
      for (const text of run.stderr ?? []) expect(end.stderr).toContain(fill(text));
    }

    const { requests, violations } = world.model;
    expect(violations).toEqual([]);
    for (const { headers, wire } of requests) expect({ ...headers, wire }).toMatchObject({ ...story.headers, wire: story.wire ?? wire });
    for (const text of story.sent ?? []) expect(JSON.stringify(requests.at(-1)?.body)).toContain(text);
    for (const { request, text } of story.notSent ?? []) expect(JSON.stringify(requests[request]?.body)).not.toContain(text);
    expect(readTree(world.repo.path)).toMatchObject(readTree(path.join(folder, 'after')));
    for (const gone of story.gone ?? []) expect(existsSync(path.join(world.repo.path, gone)), gone).toBe(false);

    const lines = maskedLog(world);
    const expected = path.join(folder, 'expected.jsonl');
    if (process.env['UPDATE_SCENARIOS']) writeFileSync(expected, `${lines.join('\n')}\n`);
    expect(lines).toEqual(readFileSync(expected, 'utf8').trimEnd().split('\n'));
  });
});
