import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { toErrorData } from '../../../shared/errors.ts';
import { putBack } from '../agent/autorun.ts';
import { closeTurn, endPlainly, printedSoFar } from '../agent/closing.ts';
import { createHands } from '../agent/hands.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports } from '../ports.ts';

/** Files that were to be put back when the earlier owner died. */
async function putBackHeld(ports: Ports, engine: Engine, header: ThreadHeader): Promise<void> {
  try {
    const hands = await createHands(ports, engine, header.id);
    for (const { files } of header.held ?? []) await putBack(ports, hands, files);
    await hands.close();
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
    for (const command of header.commands) {
      engine.execute('background.record', { threadId: id, id: command.id, exit: null, output: printedSoFar(ports, command.id) });
    }
    if (header.held) await putBackHeld(ports, engine, header);
    if (header.turn?.status === 'waiting') continue;
    // One thread that can't be looked at must not keep all the others from starting.
    await closeTurn(ports, engine, header).catch((thrown: unknown) => endPlainly(ports, engine, header, toErrorData(thrown)));
  }
  for (const id of ports.log.takeOrphanOutputs()) ports.commands.discard(id);
}
