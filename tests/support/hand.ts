// A turn of an agent on this machine's own sandbox, with a person who answers.
import path from 'node:path';
import { expect } from 'vitest';
import type { CommandSpec, Ports } from '../../electron/runtime/ports.ts';
import type { ApprovalAnswer, ApprovalItem, CallItem } from '../../shared/domain/item.ts';
import type { SentRequest, Step } from './fake-model.ts';
import { type Client, type Started, type StartOptions, start } from './start.ts';

export type Call = NonNullable<Step['calls']>[number];
export const sh = (command: string, more: object = {}): Call => ({ name: 'shell', args: { command, ...more } });
export const patch = (text: string): Call => ({ name: 'apply_patch', args: { patch: `*** Begin Patch\n${text}\n*** End Patch` } });
export const read = (file: string): Call => ({ name: 'read_file', args: { path: file } });
export const step = (...calls: Call[]): Step => ({ calls });
export const done: Step = { text: 'done' };

export interface Hand {
  app: Started;
  threadId: string;
  client: Client;
  at(name: string): string;
  calls(): CallItem[];
  open(): ApprovalItem[];
  /** Waits until so many approvals are open. */
  asked(count?: number): Promise<ApprovalItem[]>;
  answer(item: ApprovalItem | undefined, answer: ApprovalAnswer, note?: string): Promise<unknown>;
  ended(): Promise<string>;
}
export async function begin(
  script: Step[] | ((request: SentRequest) => Step),
  options: StartOptions & { profile?: string } = {},
): Promise<Hand> {
  const { profile = 'workspace', ...more } = options;
  const app = await start({ sandbox: true, script, ...more });
  const threadId = await app.thread({ profile });
  const hand = handOf(app, threadId);
  await app.send(threadId, 'go');
  return hand;
}
export function handOf(app: Started, threadId: string): Hand {
  const client = app.client(threadId);
  const open = (): ApprovalItem[] => client.state().header.turn?.approvals ?? [];
  return {
    app,
    threadId,
    client,
    at: (name) => path.join(app.repo.path, name),
    calls: () => client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : [])),
    open,
    asked: async (count = 1) => {
      await client.until(() => open().length === count);
      return open();
    },
    answer: (item, answer, note) =>
      app.request('approval.answer', { threadId, itemId: item?.id ?? '', answer, ...(note === undefined ? {} : { note }) }),
    ended: async () => (await client.ended()).data.status,
  };
}
/** Hears what is started. */
export const hearing = (ports: Ports, listen: (spec: CommandSpec) => void): Ports => ({
  ...ports,
  commands: {
    ...ports.commands,
    start: (spec) => {
      listen(spec);
      return ports.commands.start(spec);
    },
  },
});
export const outputs = (hand: Hand): string[] => hand.calls().map(({ output }) => output?.text ?? '');
export const fine = ({ app }: Hand): void => {
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
};
