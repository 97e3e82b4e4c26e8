// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, giveUp } from '../../renderer/connection/connection.ts';
import { newsWords } from '../../renderer/connection/host.ts';
import { openLink } from '../../renderer/connection/link.ts';
import { Frame } from '../../renderer/screens/frame.tsx';
import { useApp } from '../../renderer/store/app.ts';
import { AppError } from '../../shared/errors.ts';
import { portsKind } from '../../shared/host-port.ts';

/** A socket that never opens. */
function ClosedSocket(): Pick<WebSocket, 'addEventListener'> {
  return { addEventListener: (type: string, listener: unknown) => type === 'close' && queueMicrotask(listener as () => void) };
}
const answers = (status: number | undefined): void => {
  vi.stubGlobal('WebSocket', ClosedSocket);
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.stubGlobal('fetch', () => (status === undefined ? Promise.reject(new TypeError('failed')) : Promise.resolve({ status })));
};

afterEach(() => {
  cleanup();
  useApp.setState({ link: { state: 'connecting' } });
  vi.unstubAllGlobals();
});

describe('a window whose host does not take it', () => {
  it('tries again when nobody answers, not when it is turned away', async () => {
    for (const status of [undefined, 200, 404, 500]) {
      answers(status);
      await expect(openLink()).rejects.toMatchObject({ code: 'unavailable' });
    }
    for (const status of [401, 403]) {
      answers(status);
      await expect(openLink()).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('no longer valid') });
    }
  });

  it('asks the desktop again when it does not hand over its ports', async () => {
    vi.useFakeTimers();
    const asked = vi.fn();
    vi.stubGlobal('switchyard', { connect: asked });
    const refused = openLink().catch((thrown: unknown) => thrown);
    vi.runAllTimers();
    expect(await refused).toMatchObject({ code: 'unavailable' });
    vi.useRealTimers();
    const answered = openLink();
    const { port1, port2 } = new MessageChannel();
    // The answer of the first time comes late; it will do.
    window.dispatchEvent(
      new MessageEvent('message', { source: window, data: { kind: portsKind, token: 't' }, ports: [port1, port2] as never }),
    );
    expect(await answered).toMatchObject({ token: 't', host: { abilities: [] } });
    expect(asked).toHaveBeenCalledTimes(2);
    port1.close();
    port2.close();
  });

  it('says so instead of staying blank', async () => {
    answers(403);
    render(<Frame />);
    expect(screen.getByText('Starting …')).toBeTruthy();
    await connect().catch(giveUp);
    expect((await screen.findByRole('alert')).textContent).toContain('no longer valid: open the one that `switchyard serve` printed');
    expect(screen.getByText(/Reload this window then/)).toBeTruthy();
    expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('false');
  });

  it('says what to do about a refusal', async () => {
    answers(200);
    render(<Frame />);
    giveUp(new AppError('conflict', 'The data folder is of a newer version.', { hint: 'Install that one.' }));
    expect((await screen.findByRole('alert')).textContent).toBe('The data folder is of a newer version. Install that one.');
  });
});

it('news of the runtime in words', () => {
  expect(newsWords({ kind: 'runtime', state: 'up' })).toBeUndefined();
  expect(newsWords({ kind: 'runtime', state: 'down', attempt: 2, inMs: 4000, reason: 'it crashed' })).toBe(
    'The runtime stopped (it crashed). Starting it again in 4 s …',
  );
});
