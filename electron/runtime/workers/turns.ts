import path from 'node:path';
import type { InstructionsItem } from '../../../shared/domain/item.ts';
import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { AppError, type ErrorData, toErrorData } from '../../../shared/errors.ts';
import type { LoggedEvent } from '../../../shared/protocol.ts';
import { bodyOf } from '../agent/body.ts';
import type { Background } from '../agent/calls.ts';
import { closeTurn } from '../agent/closing.ts';
import { contextOf, modelItemOf } from '../agent/context.ts';
import { gatherInstructions } from '../agent/instructions.ts';
import { runTurn } from '../agent/loop.ts';
import { record, type Turn } from '../agent/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports } from '../ports.ts';

export interface Turns {
  /** Stops every running loop and closes its turn. */
  close(): Promise<void>;
  running(): number;
  /** Resolves when the loops that run now have let go. */
  rested(): Promise<void>;
}

interface Active {
  controller: AbortController;
  done: Promise<void>;
  /** Set once the context was read: what is said later must be handed to it. */
  turn?: Turn;
}

/** Starts a loop for each turn that begins or may go on, hands it what is said meanwhile, and brings stopped turns to their end. */
export function createTurns(
  ports: Ports,
  engine: Engine,
  background: Background,
  keysOf: (threadId: string) => Record<string, string>,
): Turns {
  const active = new Map<string, Active>();

  const projectOf = (header: ThreadHeader): { path: string; trusted: boolean } =>
    engine.app().projects.find(({ id }) => id === header.projectId) ?? { path: header.cwd, trusted: false };

  /** The instruction files as they are now; an item shows where they came from, once, and again when they have changed. */
  const instruct = async (header: ThreadHeader, turnId: string): Promise<string> => {
    const { sources, withheld, text } = await gatherInstructions(ports.files, projectOf(header), header.cwd);
    const body = bodyOf(text, ports.log);
    const last = ports.log.context(header.id).findLast(({ item }) => item.type === 'instructions')?.item;
    const known = last?.type === 'instructions' ? last : { body: { text: '' }, withheld: [] };
    if (known.body.text === body.text && known.withheld.join() === withheld.join()) return text;
    const item: InstructionsItem = {
      type: 'instructions',
      id: ports.ids.next('item'),
      turnId,
      at: ports.clock.now(),
      sources,
      withheld,
      body,
    };
    record({ engine, threadId: header.id, id: turnId }, [{ type: 'item.added', data: { item } }]);
    return text;
  };

  const open = async (threadId: string, turnId: string, entry: Active): Promise<Turn> => {
    const { signal } = entry.controller;
    const header = engine.header(threadId);
    if (!header) throw new AppError('missing', 'The thread is gone.');
    const instructions = await instruct(header, turnId);
    const project = projectOf(header);
    const settings = ports.config.settings(project);
    const provider = settings.providers[header.provider];
    if (!provider) {
      const known = Object.keys(settings.providers).join(', ');
      throw new AppError('invalid', `There is no provider "${header.provider}".`, {
        hint: `Known: ${known}. Add [providers.${header.provider}] to config.toml.`,
      });
    }
    const stream = await ports.models.open(provider, keysOf(threadId));
    const roots = await Promise.all(
      [...new Set([project.path, header.cwd])].map(async (root) => (await ports.files.realpath(root)) ?? path.resolve(root)),
    );
    const model = ports.catalog.model(header.model);
    const { context, held } = contextOf(ports.log.context(threadId), { provider: provider.id, model, log: ports.log });
    const turn: Turn = {
      threadId,
      id: turnId,
      signal,
      ports,
      engine,
      provider,
      model,
      stream,
      roots,
      instructions,
      context,
      spent: [],
      steers: held,
    };
    entry.turn = turn;
    return turn;
  };

  /** Ends the turn if it is still open: as interrupted, or as failed when it can't go on at all. */
  const close = async (threadId: string, turnId: string, error?: ErrorData): Promise<void> => {
    const header = engine.header(threadId);
    if (header?.turn?.id === turnId) await closeTurn(ports, engine, header, error);
  };

  const work = async (threadId: string, turnId: string, entry: Active): Promise<void> => {
    try {
      await runTurn(await open(threadId, turnId, entry), background);
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code === 'broken')
        ports.note(`turn ${turnId}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : error.message}`);
      if (!entry.controller.signal.aborted && error.code !== 'cancelled') await close(threadId, turnId, error);
    }
    if (entry.controller.signal.aborted) await close(threadId, turnId);
  };

  const start = (threadId: string, turnId: string): void => {
    const entry: Active = { controller: new AbortController(), done: Promise.resolve() };
    active.set(threadId, entry);
    // The commit that began it has to be published to everyone first.
    entry.done = Promise.resolve()
      .then(() => work(threadId, turnId, entry))
      .catch((thrown: unknown) => ports.note(`turn ${turnId} could not be closed: ${toErrorData(thrown).message}`))
      .finally(() => {
        if (active.get(threadId) === entry) active.delete(threadId);
        ports.log.clearLive(threadId);
        const header = engine.header(threadId);
        // A question may have been answered, or a stop asked for, before the loop had let go.
        if (header?.turn?.status === 'running' && !entry.controller.signal.aborted) start(threadId, header.turn.id);
        else if (header?.turn?.status === 'stopping') stop(threadId, header.turn.id);
        else if (!header?.turn && header?.lastTurn?.status === 'done' && header.queue.length > 0)
          engine.execute('queue.next', { threadId });
      });
  };

  const stop = (threadId: string, turnId: string): void => {
    const entry = active.get(threadId);
    if (entry) entry.controller.abort();
    else
      void close(threadId, turnId).catch((thrown: unknown) =>
        ports.note(`turn ${turnId} could not be closed: ${toErrorData(thrown).message}`),
      );
  };

  const onEvent = (event: LoggedEvent): void => {
    const threadId = event.stream;
    switch (event.type) {
      case 'turn.started':
        if (!active.has(threadId)) start(threadId, event.data.turnId);
        return;
      case 'turn.stopping':
        return stop(threadId, event.data.turnId);
      case 'approval.closed':
      case 'question.closed': {
        const { turn } = engine.header(threadId) ?? {};
        if (turn?.status === 'running' && !active.has(threadId)) start(threadId, turn.id);
        return;
      }
      case 'item.added': {
        const turn = active.get(threadId)?.turn;
        if (!turn || event.data.item.type !== 'user' || !event.data.item.steer) return;
        const said = modelItemOf(event.data.item, { provider: turn.provider.id, model: turn.model, log: ports.log });
        if (said) turn.steers.push(said);
        return;
      }
      default:
    }
  };
  const unlisten = engine.listen((push) => {
    if (push.kind === 'event') onEvent(push.event);
  });

  return {
    running: () => active.size,
    rested: async () => void (await Promise.all([...active.values()].map(({ done }) => done))),
    close: async () => {
      unlisten();
      const entries = [...active.values()];
      for (const { controller } of entries) controller.abort();
      await Promise.all(entries.map(({ done }) => done));
    },
  };
}
