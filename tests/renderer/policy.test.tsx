// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Approval } from '../../renderer/items/approvals/asks.tsx';
import { ThreadContext } from '../../renderer/items/thread-context.ts';
import { Select } from '../../renderer/parts/select.tsx';
import { PolicyBanner } from '../../renderer/screens/policy-banner.tsx';
import { ProviderCard } from '../../renderer/screens/settings/provider-card.tsx';
import { Asking } from '../../renderer/screens/sidebar/asking.tsx';
import { useApp } from '../../renderer/store/app.ts';
import { noPolicy, type PolicyState, type PolicyValues } from '../../shared/domain/policy.ts';
import { emptyApp } from '../../shared/state/app.ts';
import { approval } from './thread-items.ts';

vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn(() => Promise.resolve({ paths: [] })) }));

const file = '/etc/switchyard/policy.toml';
function govern(values: PolicyValues, more: Partial<PolicyState> = {}): void {
  const lines = Object.fromEntries(Object.keys(values).map((key, n) => [key, n + 2]));
  useApp.setState({ app: { ...emptyApp, policy: { ...noPolicy, status: 'in force', file, values, lines, ...more } } });
}
const place = { threadId: 't', projectId: 'p', approvalKeys: { approve: '', refuse: '', visit: '' } };
const names = (role: string): (string | null)[] => screen.queryAllByRole(role).map(({ textContent }) => textContent);

afterEach(() => {
  cleanup();
  useApp.setState({ app: emptyApp });
});

describe('what the organisation has set, in the window [POL-2]', () => {
  it('an approval offers the answers that may be given, and says who took the others', () => {
    const card = (
      <ThreadContext value={place}>
        <Approval item={approval('a', 'c')} />
      </ThreadContext>
    );
    const { rerender } = render(card);
    expect(names('button')).toContain('Allow in thread');
    govern({ 'approvals.answers': ['once'] });
    rerender(card);
    expect(names('button')).toContain('Allow once');
    expect(names('button')).not.toContain('Allow in thread');
    expect(names('button')).not.toContain('Always');
    expect(screen.getByText(/Set by your organisation/).textContent).toContain(`approvals.answers in ${file}:2`);
  });

  it('a choice is locked as a whole, or option by option', () => {
    const options = [
      { value: 'a', label: 'Narrow' },
      { value: 'b', label: 'Wide', locked: `profiles.widest in ${file}:2` },
    ];
    const chosen = vi.fn();
    render(<Select label="Profile" value="a" options={options} onChange={chosen} />);
    fireEvent.click(screen.getByRole('combobox', { name: 'Profile: Narrow' }));
    const wide = screen.getByRole('option', { name: /Wide/ });
    expect(wide.getAttribute('aria-disabled')).toBe('true');
    expect(wide.textContent).toContain('Set by your organisation');
    fireEvent.click(wide);
    expect(chosen).not.toHaveBeenCalled();
    cleanup();
    render(<Select label="Profile" value="a" options={options} onChange={chosen} locked={`profiles.default in ${file}:3`} />);
    expect(screen.getByRole('combobox', { name: 'Profile: Narrow' }).hasAttribute('data-disabled')).toBe(true);
    expect(screen.getByText(/profiles.default in/).textContent).toContain('Set by your organisation');
  });

  it('a project that may not be trusted, and a provider that may not be asked', () => {
    govern({ 'projects.trust': 'never', 'providers.allowed': ['openai'] });
    const project = { id: 'p', path: '/p', name: 'p', trusted: false, addedAt: 0 };
    render(<Asking asked={{ what: 'trust', project }} onClose={() => undefined} />);
    expect(screen.getByRole('button', { name: 'Trust this project' }).hasAttribute('disabled')).toBe(true);
    expect(screen.getByText(/projects.trust in/)).toBeTruthy();
    cleanup();
    const provider = { id: 'own', kind: 'openai-compatible' as const, wire: 'chat' as const, headers: {}, idleTimeoutMs: 1 };
    render(<ProviderCard provider={provider} usual={false} kept={undefined} onSet={() => undefined} onRemove={() => undefined} />);
    expect(screen.getByRole('button', { name: 'Test' }).hasAttribute('disabled')).toBe(true);
    expect(screen.getByText(/providers.allowed in/)).toBeTruthy();
  });

  it('a file that can not be used is told of, with its line', () => {
    const { container, rerender } = render(<PolicyBanner />);
    expect(container.textContent).toBe('');
    govern(
      {},
      { status: 'invalid', problems: [{ line: 7, key: 'web.enabled', message: 'web.enabled must be true or false; found the number 1.' }] },
    );
    rerender(<PolicyBanner />);
    expect(screen.getByRole('status').textContent).toBe(
      `The organisation’s policy can’t be read (${file}:7: web.enabled must be true or false; found the number 1). Permissions are at their tightest.`,
    );
  });
});
