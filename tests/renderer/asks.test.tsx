// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { request } from '../../renderer/connection/connection.ts';
import { Asks } from '../../renderer/items/approvals/asks.tsx';
import { runnerOf } from '../../renderer/items/approvals/runners.ts';
import { outcomeOf, sumOf, traceOf } from '../../renderer/items/approvals/words.ts';
import { Call } from '../../renderer/items/call.tsx';
import { ThreadContext } from '../../renderer/items/thread-context.ts';
import { useUi } from '../../renderer/store/ui.ts';
import type { ApprovalItem, Subject } from '../../shared/domain/item.ts';
import { runsByItself } from '../../shared/policy/autorun.ts';
import { approval, call } from './thread-items.ts';

vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn(() => Promise.resolve(null)) }));
const asked = vi.mocked(request);
const place = { threadId: 't', projectId: 'p', approvalKeys: { approve: 'Mod+Alt+Enter', refuse: '', visit: '' } };
const outside: Subject = { kind: 'outside', command: 'docker ps', cwd: '/w' };
const hosts: Subject = { kind: 'network', hosts: ['registry.npmjs.org'] };

let count = 0;
const id = (letter: string): string => `${letter}${count}`;
const Screen = ({ items }: { items: ApprovalItem[] }) => (
  <ThreadContext value={place}>
    <Asks items={items} />
    <textarea data-composer aria-label="Message" />
  </ThreadContext>
);
const three = (more: Partial<ApprovalItem>[] = []): ApprovalItem[] =>
  ['a', 'b', 'c'].map((letter, at) => approval(id(letter), 'c', more[at] ?? {}));
const groups = (): HTMLElement[] => screen.getAllByRole('group');
const at = (n: number): HTMLElement => groups()[n - 1] as HTMLElement;
const later = (): void => void vi.advanceTimersByTime(500);
const sent = (): unknown[] => asked.mock.calls.map(([, params]) => params);

beforeEach(() => {
  asked.mockClear();
  count += 1;
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('several questions of one step', () => {
  it('are rows of one card; arrows move between them, Enter and Esc answer the one with the focus and go on [SAFE-4]', () => {
    const { rerender } = render(<Screen items={three()} />);
    expect(screen.getAllByRole('region')).toHaveLength(1);
    expect(document.activeElement).toBe(at(1));
    later();
    fireEvent.keyDown(at(1), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(at(2));
    later();
    fireEvent.keyDown(at(2), { key: 'Enter' });
    expect(document.activeElement).toBe(at(3));
    fireEvent.keyDown(at(3), { key: 'Escape' });
    expect(sent()).toEqual([{ threadId: 't', itemId: id('b'), answer: 'once' }]);
    later();
    fireEvent.keyDown(at(3), { key: 'Escape' });
    expect(sent().at(-1)).toEqual({ threadId: 't', itemId: id('c'), answer: 'no' });
    expect(document.activeElement).toBe(at(1));
    rerender(<Screen items={three([{}, { status: 'granted', answer: 'once' }, { status: 'refused', answer: 'no', note: 'Not today' }])} />);
    expect(at(2).textContent).toContain('You allowed it once');
    expect(at(3).textContent).toContain('You said no: Not today');
    expect(screen.getByText(/2 answered, 1 open/)).toBeTruthy();
    expect(groups()).toHaveLength(3);
  });

  it('keeps the focus when one becomes several', () => {
    const [first] = three();
    const { rerender } = render(<Screen items={first ? [first] : []} />);
    expect(document.activeElement).toBe(screen.getByRole('region'));
    rerender(<Screen items={three()} />);
    expect(document.activeElement).toBe(at(1));
  });

  it('are answered at once but for what leaves the sandbox, and refused at once with it', async () => {
    render(<Screen items={three([{}, { subject: outside }, { subject: hosts }])} />);
    expect(screen.queryByRole('button', { name: 'Allow all once' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Allow the other 2 once' }));
    await waitFor(() => expect(sent()).toHaveLength(2));
    expect(sent()).toEqual([id('a'), id('c')].map((itemId) => ({ threadId: 't', itemId, answer: 'once' })));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Refuse all' })).toHaveProperty('disabled', false));
    asked.mockClear();
    fireEvent.click(screen.getByRole('button', { name: 'Refuse all' }));
    await waitFor(() => expect(sent()).toHaveLength(3));
  });
});

describe('one question', () => {
  it('says what "always" would keep before it is kept, and where it is revoked [SAFE-4]', () => {
    render(<Screen items={[approval(id('a'), 'c', { subject: hosts })]} />);
    fireEvent.click(screen.getByRole('button', { name: 'Always …' }));
    expect(asked).not.toHaveBeenCalled();
    expect(screen.getByRole('region').textContent).toContain('registry.npmjs.org may be reached by commands without asking');
    fireEvent.click(screen.getByRole('button', { name: '/permissions' }));
    expect(useUi.getState().permissions).toBe(true);
    act(() => useUi.setState({ permissions: false }));
    fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    fireEvent.click(screen.getByRole('button', { name: 'Always …' }));
    fireEvent.click(screen.getByRole('button', { name: 'Always allow this' }));
    expect(sent()).toEqual([{ threadId: 't', itemId: id('a'), answer: 'always' }]);
  });

  it('offers the answers of the item only, and Enter gives the first of them', () => {
    render(<Screen items={[approval(id('a'), 'c', { answers: ['thread', 'no'] })]} />);
    expect(within(screen.getByRole('region')).queryByRole('button', { name: 'Allow once' })).toBeNull();
    later();
    fireEvent.keyDown(screen.getByRole('region'), { key: 'Enter' });
    expect(sent()).toEqual([{ threadId: 't', itemId: id('a'), answer: 'thread' }]);
  });

  it('asks in words of its own before a command leaves the sandbox', () => {
    render(<Screen items={[approval(id('a'), 'c', { subject: outside, reason: 'The socket.' })]} />);
    const card = screen.getByRole('region', { name: 'Needs you: The agent wants to leave the sandbox' });
    expect(card.textContent).toContain('with all your rights');
    expect(card.textContent).toContain('The socket.');
    const buttons = within(card).getAllByRole('button');
    expect(buttons.map(({ textContent }) => textContent).filter(Boolean)).toEqual(['Run outside once', 'No', 'With a note …']);
  });

  it('names the rule with its place, and the organisation where it is its rule', () => {
    const source = { kind: 'policy' as const, where: '/etc/switchyard/policy.toml', line: 7 };
    render(<Screen items={[approval(id('a'), 'c', { rule: 'pushing asks', source, answers: ['once', 'no'] })]} />);
    const words = screen.getByRole('region').textContent;
    expect(words).toContain('Rule: pushing asks');
    expect(words).toContain('set by your organisation');
    expect(words).toContain('/etc/switchyard/policy.toml:7');
  });
});

describe('what was answered', () => {
  const closed = (subject: Subject, status: ApprovalItem['status'], answer?: ApprovalItem['answer']): ApprovalItem =>
    approval('x', 'c', { subject, status, ...(answer ? { answer } : {}) });
  const auto: Subject = { kind: 'autorun', paths: ['/w/.envrc', '/w/.vscode/tasks.json'], diff: '' };

  it.each([
    [closed({ kind: 'command', command: 'ls', cwd: '/' }, 'granted', 'once'), 'you allowed it once'],
    [closed({ kind: 'command', command: 'ls', cwd: '/' }, 'granted', 'always'), 'you always allow it'],
    [closed(hosts, 'granted', 'thread'), 'you let it reach registry.npmjs.org in this thread'],
    [closed(hosts, 'refused', 'no'), 'you refused registry.npmjs.org'],
    [closed(auto, 'refused', 'no'), '2 files held back'],
    [closed(auto, 'granted', 'once'), 'you let 2 files change'],
    [closed(outside, 'withdrawn'), undefined],
  ])('is said in a few words', (item, words) => expect(traceOf(item)).toBe(words));

  it('is summed up for a folded line', () => {
    expect(sumOf([closed(outside, 'granted', 'once'), closed(hosts, 'refused', 'no'), closed(auto, 'withdrawn')])).toBe(
      'you allowed 1, refused 1',
    );
    expect(sumOf([])).toBeUndefined();
    expect(outcomeOf(closed(outside, 'withdrawn'))).toBe('Not asked any more');
  });

  it('marks a command that ran outside, and hosts that were refused', () => {
    const hostsTried = [
      { host: 'registry.npmjs.org', allowed: true, count: 3 },
      { host: 'elsewhere.example', allowed: false, count: 1 },
    ];
    const ran = call('a', 'shell', { detail: { exit: 0, hosts: hostsTried } });
    render(<Call call={ran} answers={[closed(outside, 'granted', 'once')]} />);
    const line = screen.getByRole('button', { expanded: false });
    expect(line.textContent).toContain('outside');
    expect(line.textContent).toContain('1 host refused');
    fireEvent.click(line);
    const listed = within(screen.getByRole('list', { name: 'Hosts' })).getAllByRole('listitem');
    expect(listed.map(({ textContent }) => textContent)).toEqual(['elsewhere.examplerefused', 'registry.npmjs.orgreached 3 times']);
  });
});

it.each([
  ['/w/.envrc', 'run by direnv, when a shell enters the folder'],
  ['/w/.vscode/tasks.json', 'run by the editor, when it opens the folder'],
  ['.github/workflows/ci.yml', 'run by the build server, with the next push'],
  ['/w/.husky/pre-commit', 'run by git, with the next commit or push'],
  ['/w/.git/hooks/pre-push', 'run by git, with its next commands'],
  ['/w/.git/config', 'obeyed by git, with its next command'],
  ['/w/docs/AGENTS.md', 'followed by agents as their instructions'],
  ['/w/.github/copilot-instructions.md', 'followed by agents as their instructions'],
])('%s is %s', (file, words) => {
  expect(runsByItself(file)).toBe(true);
  expect(runnerOf(file)).toBe(words);
});
