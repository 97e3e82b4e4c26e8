// What a tool is given in these tests: a real folder, real processes, real searches. Only the log is a map of blobs and a list of facts.

import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createCommands } from '../../../electron/adapters/commands/commands.ts';
import { createFiles } from '../../../electron/adapters/files/files.ts';
import { createSearch } from '../../../electron/adapters/search/search.ts';
import type { ToolContext, ToolResult } from '../../../electron/runtime/agent/tool.ts';
import { findTool, parseArgs } from '../../../electron/runtime/agent/tools/registry.ts';
import type { FilesPort, LogPort, RunningCommand } from '../../../electron/runtime/ports.ts';
import type { CallItem, Subject } from '../../../shared/domain/item.ts';
import type { BackgroundCommand } from '../../../shared/domain/thread.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

export interface World {
  /** The project's folder. */
  cwd: string;
  context: ToolContext;
  files: FilesPort;
  blobs: Map<string, Uint8Array>;
  facts: TurnFact[];
  write(files: Record<string, string | Uint8Array>): void;
  read(name: string): Promise<string | undefined>;
  /** Plans and runs one call; each has an id of its own. */
  call(
    tool: string,
    args: unknown,
    options?: { signal?: AbortSignal; answer?: string },
  ): Promise<ToolResult & { subjects: Subject[]; id: string }>;
}

export function createWorld(content: Record<string, string | Uint8Array> = {}): World {
  const cwd = tempFolder('tools');
  const files = createFiles({ home: path.join(cwd, 'home') });
  const commands = createCommands({ folder: tempFolder('outputs'), homeId: path.basename(cwd).replaceAll(/[^A-Za-z0-9_-]/g, '') });
  onTestFinished(() => commands.close());
  const blobs = new Map<string, Uint8Array>();
  const facts: TurnFact[] = [];
  const calls = new Map<string, CallItem>();
  const kept = new Map<string, { running: RunningCommand; command: BackgroundCommand }>();
  let number = 0;
  const log: Pick<LogPort, 'blob' | 'putBlob' | 'item'> = {
    blob: (hash) => blobs.get(hash),
    putBlob(bytes) {
      const hash = files.hash(bytes);
      blobs.set(hash, Uint8Array.from(bytes));
      return hash;
    },
    item(_threadId, id) {
      const item = calls.get(id);
      return item && { seq: 1, item };
    },
  };
  const contextFor = (tool: string): ToolContext => {
    number += 1;
    const call: CallItem = {
      type: 'call',
      id: `call${number}`,
      turnId: 'turn',
      at: 0,
      callId: `provider${number}`,
      tool,
      args: { text: '', bytes: 0 },
      title: '',
      status: 'open',
    };
    calls.set(call.id, call);
    return {
      threadId: 'thread',
      call,
      cwd,
      model: { id: 'model', name: 'Model', contextWindow: 100_000, maxOutput: 10_000, inputs: ['text', 'image'], efforts: [] },
      files,
      commands,
      search: createSearch(),
      log: log as LogPort,
      hands: {
        confine: () => undefined,
        look: async () => ({ files, search: createSearch() }),
        places: { project: cwd, worktree: cwd, tmp: '/tmp', home: files.home(), data: '/nowhere' },
      },
      autorun: { watch: async () => undefined, permit: () => undefined },
      redact: (text) => text,
      now: () => Date.now(),
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      record: (more) => void facts.push(...more),
      background: {
        list: () => [...kept.values()].map(({ command }) => command),
        find: (id) => kept.get(id)?.running,
        changes: async () => [],
        keep: (running, command) => void kept.set(running.id, { running, command: { id: running.id, command, startedAt: 0 } }),
      },
    };
  };
  const world: World = {
    cwd,
    context: contextFor('shell'),
    files,
    blobs,
    facts,
    write: (more) => writeFiles(cwd, more),
    async read(name) {
      const bytes = await files.read(path.join(cwd, name));
      return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    },
    async call(name, args, options = {}) {
      const context = contextFor(name);
      const tool = findTool(name);
      const planned = await tool.plan(parseArgs(tool, JSON.stringify(args)), context);
      const result = await planned.run(options.signal ?? new AbortController().signal, options.answer);
      return { ...result, subjects: planned.subjects, id: context.call.id };
    },
  };
  world.write(content);
  return world;
}
