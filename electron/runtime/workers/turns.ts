import type { InstructionsItem } from '../../../shared/domain/item.ts';
import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { AppError, type ErrorData, toErrorData } from '../../../shared/errors.ts';
import type { LoggedEvent } from '../../../shared/protocol.ts';
import { createAutorun } from '../agent/autorun.ts';
import { bodyOf } from '../agent/body.ts';
import type { Background } from '../agent/calls.ts';
import { closeTurn, endPlainly } from '../agent/closing.ts';
import { contextOf, modelItemOf, saidIn } from '../agent/context.ts';
import { createHands, type Hands } from '../agent/hands.ts';
import { gatherInstructions } from '../agent/instructions.ts';
import { runTurn } from '../agent/loop.ts';
import { record, type Turn, wait } from '../agent/turn.ts';
import type { Engine } from '../engine/engine.ts';
import { checkProfileAllowed, countsAsTrusted } from '../policy/bounds.ts';
import type { FilesPort, Ports } from '../ports.ts';
import type { Secrets } from '../secrets.ts';

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
  hands?: Hands;
}

/** Milliseconds until a turn's end is tried again when the log can't be written. */
const patience = 5000;

/** Starts a loop for each turn that begins or may go on, hands it what is said meanwhile, and brings stopped turns to their end. */
export function createTurns(
  ports: Ports,
  engine: Engine,
  background: Background,
  secrets: Pick<Secrets, 'redact' | 'refresh'>,
  keysOf: (threadId: string) => Record<string, string>,
): Turns {
  const args = new Map<string, Map<string, string>>();
  const kept = <V>(all: Map<string, Map<string, V>>, key: string): Map<string, V> => {
    const found = all.get(key) ?? new Map<string, V>();
    all.set(key, found);
    return found;
  };
  /** Arguments that hold secrets, by turn, for as long as it is open. */
  const argsIn = (turnId: string): Map<string, string> => kept(args, turnId);
  const active = new Map<string, Active>();
  /** Processes that look at files for turns which have ended: nobody waits for their end but whoever closes everything. */
  const lettingGo = new Set<Promise<void>>();
  const letGo = (hands: Hands | undefined): void => {
    const end = hands?.close().catch((thrown: unknown) => ports.note(`after a turn: ${toErrorData(thrown).message}`));
    if (!end) return;
    lettingGo.add(end);
    void end.finally(() => lettingGo.delete(end));
  };
  const closing = new AbortController();

  const projectOf = (header: ThreadHeader): { path: string; trusted: boolean } => {
    const { path, trusted } = engine.app().projects.find(({ id }) => id === header.projectId) ?? { path: header.cwd, trusted: false };
    return { path, trusted: countsAsTrusted(ports.policy.current(), { path, trusted }, ports.files.home()) };
  };

  /** The instruction files as they are now; an item shows where they came from, once, and again when they have changed. */
  const instruct = async (
    header: ThreadHeader,
    project: { path: string; trusted: boolean },
    turnId: string,
    files: FilesPort,
  ): Promise<string> => {
    const { sources, withheld, text } = await gatherInstructions(files, project, header.cwd);
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
    checkProfileAllowed(ports.policy.current(), header.profile);
    await secrets.refresh();
    const hands = await createHands(ports, engine, threadId);
    entry.hands = hands;
    const known = projectOf(header);
    // Trust is for the real folder: another one in its place has none.
    const project = { ...known, trusted: known.trusted && hands.places.project === known.path };
    const instructions = await instruct(header, project, turnId, (await hands.look()).files);
    const settings = ports.config.settings(project);
    const provider = settings.providers[header.provider];
    if (!provider) {
      const known = Object.keys(settings.providers).join(', ');
      throw new AppError('invalid', `There is no provider "${header.provider}".`, {
        hint: `Known: ${known}. Add [providers.${header.provider}] to config.toml.`,
      });
    }
    const stream = await ports.models.open(provider, keysOf(threadId));
    const model = ports.catalog.model(header.model);
    const items = ports.log.context(threadId);
    const said = saidIn(items, turnId, ports.log);
    const { context, held } = contextOf(items, { provider: provider.id, model, log: ports.log });
    // What was counted last is still there, unless the last turn ended in the middle of something.
    const counted =
      header.context && header.lastTurn?.status === 'done' ? { tokens: header.context.tokens, items: context.length } : undefined;
    const turn: Turn = {
      threadId,
      id: turnId,
      signal,
      ports,
      engine,
      provider,
      model,
      stream,
      hands,
      autorun: createAutorun(ports, hands),
      redact: secrets.redact,
      instructions,
      context,
      counted,
      said: said.slice(0, said.length - held.filter((each) => each.said).length),
      spent: [],
      steers: held,
      args: argsIn(turnId),
    };
    entry.turn = turn;
    return turn;
  };

  /**
   * Ends the turn if it is still open: as interrupted, or as failed when it can't go on at all. While the disk refuses it is tried
   * again: a turn that nobody works on must not look for ever as if somebody did.
   */
  const close = async (threadId: string, turnId: string, error?: ErrorData): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      const header = engine.header(threadId);
      if (header?.turn?.id !== turnId) return;
      try {
        await closeTurn(ports, engine, header, error);
      } catch (thrown) {
        const { code, message } = toErrorData(thrown);
        if (tries === 1) ports.note(`turn ${turnId} could not be closed: ${message}`);
        if (closing.signal.aborted) return;
        // Whatever is wrong with what it left behind, the turn has to end.
        if (code !== 'unavailable') return endPlainly(ports, engine, header, toErrorData(thrown));
        await wait(ports, ports.clock.now() + patience, closing.signal).catch(() => undefined);
      }
    }
  };

  /** True when the turn only waits for a person. */
  const work = async (threadId: string, turnId: string, entry: Active): Promise<boolean> => {
    const { signal } = entry.controller;
    try {
      await runTurn(await open(threadId, turnId, entry), background);
      if (!signal.aborted) return true;
    } catch (thrown) {
      const error = toErrorData(thrown);
      if (error.code === 'broken')
        ports.note(`turn ${turnId}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : error.message}`);
      if (!signal.aborted && error.code !== 'cancelled') await close(threadId, turnId, error);
    }
    if (signal.aborted) await close(threadId, turnId);
    return false;
  };

  /** What happened on the thread before the loop had let go of it. */
  const goOn = (threadId: string, turnId: string, waits: boolean): void => {
    if (closing.signal.aborted) return;
    const { turn } = engine.header(threadId) ?? {};
    if (turn?.status === 'running' && (waits || turn.id !== turnId)) start(threadId, turn.id);
    else if (turn?.status === 'stopping') stop(threadId, turn.id);
  };

  const start = (threadId: string, turnId: string): void => {
    const entry: Active = { controller: new AbortController(), done: Promise.resolve() };
    active.set(threadId, entry);
    // The commit that began it has to be published to everyone first.
    entry.done = Promise.resolve()
      .then(() => work(threadId, turnId, entry))
      .then((waits) => {
        letGo(entry.hands);
        active.delete(threadId);
        if (engine.header(threadId)?.turn?.id !== turnId) args.delete(turnId);
        if (ports.log.live(threadId)) ports.log.clearLive(threadId);
        goOn(threadId, turnId, waits);
      })
      .catch((thrown: unknown) => {
        letGo(entry.hands);
        active.delete(threadId);
        ports.note(`after turn ${turnId}: ${toErrorData(thrown).message}`);
      });
  };

  const stop = (threadId: string, turnId: string): void => {
    const entry = active.get(threadId);
    if (entry) entry.controller.abort();
    else void close(threadId, turnId);
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
        if (said) turn.steers.push({ item: said, said: true });
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
      closing.abort();
      const entries = [...active.values()];
      for (const { controller } of entries) controller.abort();
      await Promise.all(entries.map(({ done }) => done));
      await Promise.all(lettingGo);
    },
  };
}
