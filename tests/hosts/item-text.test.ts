// Items as the command line exports them.
import { expect, it } from 'vitest';
import { markdownOf } from '../../electron/cli/item-text.ts';
import type { CallItem } from '../../shared/domain/item.ts';

const body = (text: string): CallItem['args'] => ({ text, bytes: text.length });
const call: CallItem = {
  type: 'call',
  id: 'item_1',
  turnId: 'turn_1',
  at: 0,
  callId: 'c1',
  tool: 'shell',
  args: body('{"command":"curl example.com"}'),
  title: 'Ran curl example.com',
  status: 'done',
  output: body('hello\n'),
};

it('tells of each host that a command asked for, how often, and what was refused [SAFE-2]', async () => {
  const hosts = [
    { host: 'example.com', allowed: true, count: 2 },
    { host: 'evil.example:8080', allowed: false, count: 1 },
  ];
  const text = await markdownOf({ ...call, detail: { exit: 0, hosts } }, async (whole) => whole.text);
  expect(text.endsWith('hello\n```\n\nHosts: example.com (2), refused evil.example:8080 (1)')).toBe(true);
  expect(await markdownOf(call, async (whole) => whole.text)).not.toContain('Hosts');
});
