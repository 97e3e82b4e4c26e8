// Sees one turn of a thread through: shows what happens, asks what is asked, and says at the end how it went.
import type { TextItem } from '../../shared/domain/item.ts';
import type { ThreadHeader } from '../../shared/domain/thread.ts';
import type { TurnEnd } from '../../shared/domain/turn.ts';
import { AppError, type ErrorData } from '../../shared/errors.ts';
import type { PageItem } from '../../shared/protocol/thread.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import type { Snapshot } from '../../shared/wire.ts';
import type { Connection } from '../host/connect.ts';
import { type Asked, ask, give, tellOpen } from './ask.ts';
import type { Lines } from './input.ts';
import { inputFrom, wholeText } from './message.ts';
import { createProgress } from './progress.ts';
import { onInterrupt } from './signals.ts';
import { dim, flushed, print, red, safe, tell, tellError, yellow } from './terminal.ts';

interface FollowParts {
  client: Connection;
  threadId: string;
  json: boolean;
  /** Where answers come from; without it an open approval ends everything with 3. */
  lines: Lines | undefined;
  /** True for a thread that was just started: all its events are of interest. */
  fresh: boolean;
  /** Starts what is to be followed. The header is missing for a fresh thread. Undefined: there is nothing to follow. */
  begin(header: ThreadHeader | undefined): Promise<{ turnId: string; queueId?: string } | undefined>;
}

/** How often a turn is continued by itself after its owner died. */
const mostContinuations = 5;

/** Exit codes: 0 done, 1 failed, 2 configuration, 3 an answer is needed, 130 interrupted. */
export async function follow({ client, threadId, json, lines, fresh, begin }: FollowParts): Promise<number> {
  const result = Promise.withResolvers<number>();
  const progress = createProgress();
  const open = new Map<string, Asked>();
  const ended = new Map<string, { status: TurnEnd; error?: ErrorData; texts: TextItem[] }>();
  let ours: { turnId: string; queueId?: string } | undefined;
  let texts: TextItem[] = [];
  let asking: AbortController | undefined;
  let interrupted = false;
  /** True once it was said what is open, for somebody else to answer. */
  let left = false;
  let ownerChanged = false;
  let continuations = 0;
  // A message that leaves the queue begins the turn that starts right behind.
  const begun = new Map<string, string>();
  let leftQueue: string | undefined;
  /** What each message that waits says. */
  const waiting = new Map<string, string>();
  /** How the last turn ended; undefined while one is open. */
  let lastEnd: TurnEnd | undefined;
  let spent = { tokens: 0, credits: 0 };
  let profile = '';

  const fail = (thrown: unknown): void => {
    tellError(thrown instanceof AppError ? thrown : new AppError('broken', thrown instanceof Error ? thrown.message : String(thrown)));
    result.resolve(1);
  };

  const showTexts = (): void => {
    if (!json) for (const item of texts) progress.showText(item.body.text);
    texts = [];
  };
  const finish = async (turnId: string): Promise<void> => {
    const end = ended.get(turnId);
    if (!end) return;
    if (end.status === 'done') {
      if (!json) {
        const parts = await Promise.all(end.texts.map((item) => wholeText(client, threadId, item.id, item.body)));
        print(parts.map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('\n'));
        const credits = spent.credits > 0 ? `, ${spent.credits.toFixed(2)} credits` : '';
        tell(dim(`done: ${spent.tokens} tokens${credits}; thread ${threadId}`));
      }
      return result.resolve(0);
    }
    if (!json) for (const item of end.texts) progress.showText(item.body.text);
    if (end.status === 'failed') {
      const { error } = end;
      tell(`${red('The turn failed:')} ${safe(error?.message ?? 'for an unknown reason')}`);
      if (error?.hint) tell(safe(error.hint));
      return result.resolve(error?.data?.['reason'] === 'no-key' ? 2 : 1);
    }
    if (!interrupted && ownerChanged && continuations < mostContinuations) {
      ownerChanged = false;
      continuations += 1;
      tell(`${yellow('!')} The program that ran this turn ended in the middle of it. Going on where it was.`);
      const input = inputFrom('continue');
      return started(await client.request('turn.send', { threadId, input }));
    }
    tell(`Interrupted. Go on with: switchyard exec --resume ${threadId} continue`);
    result.resolve(130);
  };
  const started = (turn: { turnId: string; queueId?: string }): void => {
    const turnId = turn.queueId === undefined ? turn.turnId : begun.get(turn.queueId);
    ours = turnId === undefined ? turn : { turnId };
    if (turnId === undefined) wakeQueue();
    else finish(turnId).catch(fail);
  };
  /** After a turn that did not end well the queue rests until somebody says that it goes on: whoever waits in it does. */
  const wakeQueue = (): void => {
    const rests = lastEnd !== undefined && lastEnd !== 'done';
    if (ours?.queueId !== undefined && rests && !interrupted) client.request('queue.next', { threadId }).catch(fail);
  };
  const noticeRemoval = (queueId: string): void => {
    if (ours?.queueId !== queueId || interrupted) return;
    tell('Your message was taken out of the queue before its turn came.');
    result.resolve(1);
  };

  const askNext = async (): Promise<void> => {
    const [item] = open.values();
    if (!item || asking || interrupted || left) return;
    if (!lines) {
      left = true;
      showTexts();
      await tellOpen(client, threadId, [...open.values()], profile);
      return result.resolve(3);
    }
    showTexts();
    asking = new AbortController();
    const { signal } = asking;
    const answer = await ask(item, lines, signal);
    asking = undefined;
    if (answer === undefined && !signal.aborted) {
      await tellOpen(client, threadId, [...open.values()], profile);
      return result.resolve(3);
    }
    open.delete(item.id);
    if (answer !== undefined) {
      // Whoever was faster counts.
      await give(client, threadId, item.id, answer).catch((thrown: unknown) => {
        if (!(thrown instanceof AppError) || thrown.code !== 'conflict') throw thrown;
        tellError(thrown);
      });
    }
    await askNext();
  };
  // Not at once: approvals of the same moment are told together.
  const askSoon = (): void => void setImmediate(() => void askNext().catch(fail));

  const onEvent = (event: LoggedEvent): void => {
    const { seq, at, type, stream, data } = event;
    if (json) print(`${JSON.stringify({ seq, at, type, stream, data })}\n`);
    else if (type === 'item.added' && event.data.item.type !== 'text') showTexts();
    if (!json) progress.show(event);
    switch (event.type) {
      case 'item.added':
        if (event.data.item.type === 'text') texts.push(event.data.item);
        else if (event.data.item.type === 'call' || event.data.item.type === 'user') texts = [];
        break;
      case 'approval.opened':
      case 'question.opened':
        open.set(event.data.item.id, event.data.item);
        askSoon();
        break;
      case 'approval.closed':
      case 'question.closed':
        if (open.keys().next().value === event.data.itemId) asking?.abort();
        open.delete(event.data.itemId);
        break;
      case 'thread.started':
        ({ profile } = event.data.thread);
        break;
      case 'thread.configured':
        profile = event.data.profile ?? profile;
        break;
      case 'queue.added':
        waiting.set(event.data.row.id, event.data.row.input.text.text);
        break;
      case 'queue.removed':
        leftQueue = event.data.queueId;
        if (leftQueue === ours?.queueId) setTimeout(noticeRemoval, 1000, leftQueue).unref();
        break;
      case 'turn.started':
        if (leftQueue !== undefined) begun.set(leftQueue, event.data.turnId);
        leftQueue = undefined;
        lastEnd = undefined;
        if (ours?.queueId !== undefined) started(ours);
        spent = { tokens: 0, credits: 0 };
        break;
      case 'usage.recorded':
        spent.tokens += event.data.usage.tokens.input + event.data.usage.tokens.output;
        spent.credits += event.data.usage.credits ?? 0;
        break;
      case 'turn.ended': {
        const { turnId, status, error } = event.data;
        ended.set(turnId, { status, texts, ...(error ? { error } : {}) });
        texts = [];
        lastEnd = status;
        wakeQueue();
        if (ours?.turnId === turnId && ours.queueId === undefined) finish(turnId).catch(fail);
        break;
      }
      default:
    }
  };

  let header: ThreadHeader | undefined;
  const onSnapshot = (snapshot: Snapshot): void => {
    if (!('header' in snapshot)) return;
    header = snapshot.header;
    progress.know(header);
    ({ profile } = header);
    for (const item of [...(header.turn?.approvals ?? []), ...(header.turn?.questions ?? [])]) open.set(item.id, item);
    const { lastTurn, queue } = header;
    lastEnd = header.turn ? undefined : lastTurn?.status;
    // More happened while we were away than can be told event by event.
    const { queueId } = ours ?? {};
    if (queueId !== undefined && !queue.some(({ id }) => id === queueId)) {
      const turnId = turnThatSays(snapshot.page.items, waiting.get(queueId));
      if (turnId === undefined) noticeRemoval(queueId);
      else ours = { turnId };
    }
    wakeQueue();
    if (lastTurn && lastTurn.id === ours?.turnId && ours.queueId === undefined) {
      const { status, error } = lastTurn;
      ended.set(lastTurn.id, { status, texts: lastTexts(snapshot.page.items, lastTurn.id), ...(error ? { error } : {}) });
      finish(lastTurn.id).catch(fail);
    } else if (ours) askSoon();
  };

  // Before the stream tells that the turn was interrupted: that is what makes it go on.
  client.onOwnerChange(() => {
    ownerChanged = true;
    tell(
      `${yellow('!')} The owner of the data folder went away; ${client.owner() ? 'this process is it now' : 'attached to the next one'}.`,
    );
  }, 'reached');
  const subscription = client.subscribe(threadId, { onSnapshot, onEvent, onLost: fail }, fresh ? { after: 0 } : {});
  const stopListening = onInterrupt(() => {
    interrupted = true;
    asking?.abort();
    tell('Stopping. Ctrl-C again leaves at once.');
    const stopped =
      ours?.queueId === undefined
        ? client.request('turn.interrupt', { threadId })
        : client.request('queue.remove', { threadId, queueId: ours.queueId }).then(() => result.resolve(130));
    stopped.catch(() => result.resolve(130));
    if (!ours) result.resolve(130);
  });
  try {
    await subscription.ready;
    const turn = await begin(header);
    if (!turn) return 3;
    started(turn);
    if (open.size > 0) askSoon();
    const code = await result.promise;
    const lost = await flushed();
    if (!lost) return code;
    const hint = `It is in the thread: switchyard threads show ${threadId}`;
    tellError({ message: `The ${json ? 'events' : 'answer'} could not be written: ${lost.message}.`, hint });
    return code === 0 ? 1 : code;
  } finally {
    stopListening();
    subscription.stop();
  }
}

/** The newest turn that began with these words. */
function turnThatSays(items: readonly PageItem[], text: string | undefined): string | undefined {
  return items.findLast(({ item }) => item.type === 'user' && item.steer !== true && item.input.text.text === text)?.item.turnId;
}

/** The texts of a turn that came after its last call: its answer. */
function lastTexts(items: readonly PageItem[], turnId: string): TextItem[] {
  let texts: TextItem[] = [];
  for (const { item } of items) {
    if (item.turnId !== turnId) continue;
    if (item.type === 'text') texts.push(item);
    else if (item.type === 'call') texts = [];
  }
  return texts;
}
