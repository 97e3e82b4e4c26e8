import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSystemClock } from '../../electron/adapters/system/clock.ts';
import { createIds } from '../../electron/adapters/system/ids.ts';
import { createSocketClock } from '../../electron/adapters/system/socket-clock.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { tempFolder } from '../support/temp.ts';

describe('the system clock', () => {
  it('calls once, not early, and not at all when cancelled', async () => {
    const clock = createSystemClock();
    const at = clock.now() + 5;
    const cancelled = vi.fn();
    clock.at(at, cancelled)();
    await new Promise<void>((resolve) => void clock.at(at, resolve));
    expect(clock.now()).toBeGreaterThanOrEqual(at);
    expect(cancelled).not.toHaveBeenCalled();
    await new Promise<void>((resolve) => void clock.at(0, resolve));
  });

  it('waits longer than a timer can count', () => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const year = 365 * 86_400_000;
    const call = vi.fn();
    createSystemClock().at(year, call);
    vi.advanceTimersByTime(year - 1);
    expect(call).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('lets the process end', async () => {
    const source = `import { createSystemClock } from ${JSON.stringify(path.resolve('electron/adapters/system/clock.ts'))};
      createSystemClock().at(Date.now() + 1e12, () => {});`;
    const [code] = await once(spawn(process.execPath, ['--input-type=module-typescript', '-e', source]), 'exit');
    expect(code).toBe(0);
  });
});

describe('ids', () => {
  it('say what they name and are unique', () => {
    const ids = createIds();
    const made = Array.from({ length: 10_000 }, () => ids.next('item'));
    expect(new Set(made).size).toBe(made.length);
    expect(made[0]).toMatch(/^item_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('sort in the order of their making, also when the clock goes back', () => {
    const times = [5, 5, 5, 4, 3, 900, 2, 1e12, 1e12, 7];
    const ids = createIds(() => times.shift() ?? 2e12);
    const made = Array.from({ length: 12 }, () => ids.next('turn'));
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });

  it('differ between processes of the same millisecond', () => {
    expect(createIds(() => 1).next('item')).not.toBe(createIds(() => 1).next('item'));
  });

  it('give chance numbers from 0 to below 1', () => {
    const { random } = createIds();
    for (let n = 0; n < 100; n++) expect(Math.floor(random())).toBe(0);
  });
});

describe('the clock on a socket', () => {
  const held = (start?: number): ManualClock => {
    const clock = manualClock(start);
    onTestFinished(async () => clock.close());
    return clock;
  };

  it('stands still until it is moved, for every process, and fires in order', async () => {
    const server = held(1000);
    const [one, two] = [await createSocketClock(server.path), await createSocketClock(server.path)];
    const fired: string[] = [];
    one.at(1030, () => fired.push('one 1030'));
    one.at(1010, () => {
      fired.push('one 1010');
      one.at(1015, () => fired.push('one 1015'));
    });
    two.at(1010, () => fired.push('two 1010'));
    one.at(1012, () => fired.push('never'))();
    expect([one.now(), two.now()]).toEqual([1000, 1000]);
    await server.advance(20);
    expect([one.now(), two.now()]).toEqual([1020, 1020]);
    expect(fired.filter((text) => text.startsWith('one'))).toEqual(['one 1010', 'one 1015']);
    expect(fired).toContain('two 1010');
    expect(await server.advanceToNext()).toBe(1030);
    expect(fired).toHaveLength(4);
    one.close();
    two.close();
  });

  it('calls what is due already, but not inside the call', async () => {
    const clock = await createSocketClock(held().path);
    const order: string[] = [];
    const called = new Promise<void>((resolve) => void clock.at(clock.now(), () => (order.push('called'), resolve())));
    order.push('returned');
    await called;
    expect(order).toEqual(['returned', 'called']);
    clock.close();
  });

  it('tells when somebody waits', async () => {
    const server = held(0);
    const clock = await createSocketClock(server.path);
    const waiting = server.waiting();
    clock.at(77, () => undefined);
    expect(await waiting).toBe(77);
    clock.close();
    // Nobody is waited for who has gone.
    await server.advance(100);
  });

  it('goes on for a process after another one was killed, and lets a process end', async () => {
    const server = held(0);
    const source = (rest: string): string =>
      `import { createSocketClock } from ${JSON.stringify(path.resolve('electron/adapters/system/socket-clock.ts'))};
       const clock = await createSocketClock(${JSON.stringify(server.path)});
       clock.at(5e12, () => {}); ${rest}`;
    const start = (rest: string) => spawn(process.execPath, ['--input-type=module-typescript', '-e', source(rest)], { stdio: 'inherit' });
    const killed = start('setInterval(() => {}, 1e6);');
    const exit = once(killed, 'exit');
    expect(await server.waiting()).toBe(5e12);
    killed.kill('SIGKILL');
    await exit;
    await server.advance(50);
    const clock = await createSocketClock(server.path);
    expect(clock.now()).toBe(50);
    clock.close();
    expect((await once(start(''), 'exit'))[0]).toBe(0);
  });

  it('says when there is nobody', async () => {
    await expect(createSocketClock(path.join(tempFolder(), 'none'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});
