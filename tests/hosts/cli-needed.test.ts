import { expect, it } from 'vitest';
import { waysFor } from '../../electron/cli/needed.ts';
import type { ApprovalItem } from '../../shared/domain/item.ts';

const base = { type: 'approval' as const, id: 'i', turnId: 't', at: 0, call: 'c', status: 'open' as const };
const missing = 'a sandbox: bubblewrap was not found. Install it: sudo apt-get install bubblewrap';
const alone: ApprovalItem = {
  ...base,
  subject: { kind: 'command', command: 'npm test', cwd: '/p', unconfined: true },
  rule: 'profile workspace: without a sandbox every command asks',
};

it('names first what the machine lacks where a thing asks only for want of a sandbox, and leaves full access out [SAFE-4]', () => {
  expect(waysFor(alone, 'workspace', missing)).toEqual([missing, '--always instead of --once: never asked about again in this project']);
  const ruled = waysFor({ ...alone, rule: 'profile workspace asks about npm' }, 'workspace', missing);
  expect(ruled.join('\n')).not.toContain(missing);
  expect(ruled.at(-1)).toContain('full-access');
});
