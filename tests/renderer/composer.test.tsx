// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { request } from '../../renderer/connection/connection.ts';
import { Composer } from '../../renderer/screens/thread/composer/composer.tsx';
import { useApp } from '../../renderer/store/app.ts';
import { draft, useUi } from '../../renderer/store/ui.ts';
import { AppError } from '../../shared/errors.ts';

vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn() }));
const asked = vi.mocked(request) as unknown as ReturnType<typeof vi.fn<(name: string, params: unknown) => Promise<unknown>>>;

const project = { id: 'p', path: '/p', name: 'P', trusted: true, addedAt: 1 };
const key = 'new:p';
const area = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message for a new thread' });

// jsdom lays nothing out.
Element.prototype.scrollIntoView = () => {};

beforeEach(() => {
  asked.mockReset();
  useApp.setState({ app: { projects: [project], threads: {}, archived: 0, rules: [] } });
  useUi.setState({ drafts: {}, place: { screen: 'home', projectId: 'p' } });
  draft(key, { text: 'Mend it' });
  render(<Composer projectId="p" />);
});
afterEach(cleanup);

describe('the composer', () => {
  it('starts a thread, sends, forgets the draft and goes there', async () => {
    asked.mockImplementation((name) => Promise.resolve(name === 'thread.start' ? { threadId: 't' } : { turnId: 'u' }));
    fireEvent.keyDown(area(), { key: 'Enter', code: 'Enter' });
    await waitFor(() => expect(useUi.getState().place).toEqual({ screen: 'thread', threadId: 't' }));
    expect(asked.mock.calls).toEqual([
      ['thread.start', { projectId: 'p' }],
      ['turn.send', { threadId: 't', input: { text: { text: 'Mend it', bytes: 7 } } }],
    ]);
    expect(useUi.getState().drafts[key]?.text).toBe('');
  });

  it('keeps the draft when it is refused, and says what to do', async () => {
    asked.mockRejectedValue(new AppError('unavailable', 'The disk is full.', { hint: 'Make room.' }));
    fireEvent.keyDown(area(), { key: 'Enter', code: 'Enter' });
    expect((await screen.findByRole('alert')).textContent).toBe('The disk is full. Make room.');
    expect(useUi.getState().drafts[key]?.text).toBe('Mend it');
  });

  it('does not send while an input method composes', () => {
    fireEvent.keyDown(area(), { key: 'Enter', code: 'Enter', isComposing: true });
    fireEvent.keyDown(area(), { key: 'Enter', code: 'Enter', keyCode: 229 });
    expect(asked).not.toHaveBeenCalled();
  });

  it('carries a command out instead of sending it', () => {
    fireEvent.change(area(), { target: { value: '/profile full-access' } });
    fireEvent.keyDown(area(), { key: 'Enter', code: 'Enter' });
    expect(useUi.getState().kept.choice).toEqual({ profile: 'full-access' });
    fireEvent.change(area(), { target: { value: '/nonsense' } });
    fireEvent.keyDown(area(), { key: 'Enter', code: 'Enter' });
    expect(screen.getByRole('alert').textContent).toContain('There is no command /nonsense.');
    expect(asked).not.toHaveBeenCalled();
  });
});
