import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { toErrorData } from '../../../shared/errors.ts';
import { holdMeanwhile, putBack } from '../agent/autorun.ts';
import { closeTurn, endPlainly, printedSoFar } from '../agent/closing.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports } from '../ports.ts';

/** Files that were to be put back when the earlier owner died, and those that its commands had changed by then. */
async function holdWhatWasLeft(ports: Ports, engine: Engine, header: ThreadHeader): Promise<void> {
  try {
    for (const held of header.held ?? []) await putBack(ports, held);
    const watch = await ports.sandbox.autorun.cutOff(header.cwd);
    const changed = await watch.changes();
    const call = header.turn?.calls[0]?.itemId ?? header.commands[0]?.id ?? header.id;
    if (changed.length > 0) await holdMeanwhile(ports, engine, header, call, changed);
    watch.end();
  } catch (thrown) {
    ports.note(`files of thread ${header.id} could not be put back: ${toErrorData(thrown).message}`);
  }
}

/**
 * After a start: brings what an earlier owner left open to its truth. Survivors are killed before anything else. A turn that only
 * waits for a person stays waiting; any other open turn becomes interrupted. Nothing is run again.
 */
export async function recover(ports: Ports, engine: Engine): Promise<void> {
  const open = Object.values(engine.app().threads).filter(
    (thread) => thread.status === 'working' || thread.status === 'waiting' || thread.background > 0,
  );
  if (open.length > 0) await ports.commands.killSurvivors();
  for (const { id } of open) {
    const header = engine.header(id);
    if (!header) continue;
    await holdWhatWasLeft(ports, engine, header);
    for (const command of header.commands) {
      engine.execute('background.record', { threadId: id, id: command.id, exit: null, output: printedSoFar(ports, command.id) });
    }
    if (header.turn?.status === 'waiting') continue;
    // One thread that can't be looked at must not keep all the others from starting.
    const now = engine.header(id) ?? header;
    await closeTurn(ports, engine, now).catch((thrown: unknown) => endPlainly(ports, engine, now, toErrorData(thrown)));
  }
  for (const id of ports.log.takeOrphanOutputs()) ports.commands.discard(id);
}
