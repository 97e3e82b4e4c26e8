import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandSpec, Ports } from '../../../electron/runtime/ports.ts';
import { begin, done, hearing, outputs, sh, step } from '../../support/hand.ts';

/** Every command ends as if its sandbox could not be set up. */
const unbegun = (ports: Ports): Ports => ({
  ...ports,
  commands: {
    ...ports.commands,
    start: async (spec) => {
      const running = await ports.commands.start(spec);
      return { ...running, exited: running.exited.then(() => ({ code: null, unbegun: 'bwrap: no room' })) };
    },
  },
});

describe('how a command is started', () => {
  it('outside of the sandbox: no program is taken from where commands may write', async () => {
    const specs: CommandSpec[] = [];
    const hand = await begin([step(sh('true')), step(sh('git --version', { outside: true, reason: 'why' })), done], {
      adapt: (ports) => hearing(ports, (spec) => specs.push(spec)),
    });
    const [asked] = await hand.asked();
    await hand.answer(asked, 'once');
    expect(await hand.ended()).toBe('done');
    expect(specs.map(({ confine }) => confine === undefined)).toEqual([false, true]);
    expect(specs[0]?.distrust).toBeUndefined();
    expect(specs[1]?.distrust).toContain(path.resolve(hand.at('.')));
  });

  it('a sandbox that could not be set up is said, and is no reason to leave it', async () => {
    const hand = await begin([step(sh('echo "read-only file system"')), done], { adapt: unbegun });
    expect(await hand.ended()).toBe('done');
    expect(outputs(hand)[0]).toContain('The sandbox could not be set up, so nothing was run: bwrap: no room');
    expect(outputs(hand)[0]).not.toContain('[sandbox]');
    expect(hand.calls()[0]).toMatchObject({ status: 'failed' });
  });
});
