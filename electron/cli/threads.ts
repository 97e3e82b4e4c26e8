import { answersFor } from '../../shared/domain/rule.ts';
import type { ThreadHeader, ThreadSummary } from '../../shared/domain/thread.ts';
import { AppError } from '../../shared/errors.ts';
import type { Page, PageItem } from '../../shared/protocol/thread.ts';
import type { Snapshot } from '../../shared/wire.ts';
import type { Connection } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { linesOf } from './ask.ts';
import { findFolder } from './exec.ts';
import { markdownOf, oneLine, shortly } from './item-text.ts';
import { wholeText } from './message.ts';
import { open } from './session.ts';
import { bold, dim, print, safe, tell } from './terminal.ts';

const pageSize = 200;

export function run(flags: Flags, args: readonly string[], verb: string): Promise<number> {
  const id = args[0] ?? '';
  return open(`threads ${verb}`, async (client) => {
    switch (verb) {
      case 'list':
        return list(client, flags);
      case 'show':
        return show(client, id, flags);
      case 'export':
        return exportThread(client, id, flags);
      case 'stop':
        return (await import('./stop.ts')).stop(client, id);
      case 'archive':
        await client.request('thread.archive', { threadId: id, archived: flags['undo'] !== true });
        return 0;
      case 'delete':
        return remove(client, id, flags);
      case 'fork': {
        const { turn } = flags;
        const { threadId } = await client.request('thread.fork', { threadId: id, ...(typeof turn === 'string' ? { turnId: turn } : {}) });
        print(`${threadId}\n`);
        return 0;
      }
      default:
        return (await import('./answer.ts')).answer(client, id, flags);
    }
  });
}

async function list(client: Connection, flags: Flags): Promise<number> {
  const { cwd, limit } = flags;
  const number = limit === undefined ? 50 : Number(limit);
  if (!Number.isSafeInteger(number) || number < 1) throw new AppError('invalid', '--limit must be a whole number above 0.');
  const { threads } = await client.request('thread.list', {
    limit: number,
    archived: flags['archived'] === true,
    ...(typeof cwd === 'string' ? { cwd: findFolder(cwd) } : {}),
  });
  if (flags['json']) print(`${JSON.stringify(threads)}\n`);
  else if (threads.length === 0) tell('No threads.');
  else for (const thread of threads) print(`${row(thread)}\n`);
  return 0;
}

const row = (thread: ThreadSummary): string =>
  `${thread.id}  ${thread.status.padEnd(11)}  ${new Date(thread.updatedAt).toISOString().slice(0, 16).replace('T', ' ')}  ${oneLine(thread.title)}  ${oneLine(thread.cwd)}`;

/** The header and the newest page, as a subscription tells them. */
async function readThread(client: Connection, threadId: string): Promise<{ header: ThreadHeader; page: Page }> {
  let found: Snapshot | undefined;
  const subscription = client.subscribe(threadId, {
    onSnapshot: (snapshot) => {
      found = snapshot;
    },
    onEvent: () => undefined,
  });
  await subscription.ready;
  subscription.stop();
  if (!found || !('header' in found))
    throw new AppError('missing', `There is no thread ${threadId}.`, { hint: 'See `switchyard threads list`.' });
  return found;
}

async function show(client: Connection, threadId: string, flags: Flags): Promise<number> {
  const { header, page } = await readThread(client, threadId);
  if (flags['json']) {
    print(`${JSON.stringify({ header, page })}\n`);
    return 0;
  }
  const { status, cwd, provider, model, profile, turn, queue, tokens, credits } = header;
  print(
    `${header.title}\n${header.id}  ${status}  ${cwd}\n${provider} ${model}, profile ${profile}; ${tokens.input + tokens.output} tokens, ${credits.toFixed(2)} credits\n`,
  );
  if (page.before !== undefined) print('\n(older items: switchyard threads export)\n');
  for (const { item } of page.items) print(`\n${shortly(item)}\n`);
  for (const waiting of queue) print(`\nwaits: ${oneLine(waiting.input.text.text)}\n`);
  for (const item of [...(turn?.approvals ?? []), ...(turn?.questions ?? [])]) {
    tell('');
    for (const line of linesOf(item)) tell(line);
    tell(
      dim(
        `  answer it: switchyard threads answer ${threadId} ${item.type === 'question' ? '--text ANSWER' : (item.answers ?? answersFor(item.subject)).map((each) => `--${each}`).join(' | ')}`,
      ),
    );
  }
  return 0;
}

/** Every item of a thread, oldest first. */
async function everyItem(client: Connection, threadId: string): Promise<PageItem[]> {
  const pages: PageItem[][] = [];
  let before: number | undefined;
  do {
    const page = await client.request('thread.page', { threadId, limit: pageSize, ...(before === undefined ? {} : { before }) });
    pages.push(page.items);
    ({ before } = page);
  } while (before !== undefined);
  return pages.reverse().flat();
}

async function exportThread(client: Connection, threadId: string, flags: Flags): Promise<number> {
  const { header } = await readThread(client, threadId);
  const items = await everyItem(client, threadId);
  if (flags['json']) {
    print(`${JSON.stringify({ thread: header, items: items.map(({ item }) => item) }, null, 2)}\n`);
    return 0;
  }
  print(`# ${oneLine(header.title)}\n\n${header.cwd}, ${header.provider} ${header.model}\n`);
  for (const { item } of items) print(`\n${await markdownOf(item, (body) => wholeText(client, threadId, item.id, body))}\n`);
  return 0;
}

async function remove(client: Connection, threadId: string, flags: Flags): Promise<number> {
  const { header } = await readThread(client, threadId);
  if (flags['yes'] !== true) {
    if (!process.stdin.isTTY) throw new AppError('invalid', 'Deleting a thread for good needs --yes when nobody can be asked.');
    const lines = await (await import('./input.ts')).createLines();
    const answer = await lines.next(`${bold('Delete for good')} "${safe(header.title)}", with everything in it? [y/N] `);
    lines.close();
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
      tell('Nothing was deleted.');
      return 1;
    }
  }
  await client.request('thread.delete', { threadId });
  return 0;
}
