import { ChevronRight } from 'lucide-react';
import { type JSX, type ReactNode, useState } from 'react';
import type { CommandDecision, PathAccess, PathRule, Profile, RuleSource } from '../../../shared/domain/profile.ts';
import { Source } from '../../items/source.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { count } from '../../parts/time.ts';
import { Group } from '../settings/row.tsx';

const accessWords: Record<PathAccess, string> = { write: 'read and change', read: 'read', deny: 'out of reach' };
const decisionWords: Record<CommandDecision, string> = { allow: 'runs unasked', ask: 'asks', forbid: 'forbidden' };
const tones = { deny: 'text-stop', forbid: 'text-stop', ask: 'text-wait' } as Readonly<Record<string, string>>;

/** A rule, what it does, and where it stands: three columns that stay in line from group to group. */
function Rule({
  name,
  does,
  tone = '',
  source,
}: {
  name: ReactNode;
  does: string;
  tone?: string | undefined;
  source: ReactNode;
}): JSX.Element {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_8rem_minmax(0,14rem)] items-baseline gap-x-4 px-4 py-1.5">
      <div className="min-w-0">{name}</div>
      <span className={tone === '' ? 'text-muted' : tone}>{does}</span>
      <span className="min-w-0 text-caption text-faint">{source}</span>
    </div>
  );
}

const Name = ({ text }: { text: string }): JSX.Element => <span className="font-mono text-code wrap-anywhere">{visibleLine(text)}</span>;
const None = ({ children }: { children: string }): JSX.Element => <p className="px-4 py-1.5 text-muted">{children}</p>;

/** What is built in as denied: some hundred places that nobody wants to read through. */
const isStore = ({ access, source }: PathRule): boolean => access === 'deny' && source.kind === 'built-in';

function Paths({ profile }: { profile: Profile }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { paths, bounds = [] } = profile;
  const order: PathAccess[] = ['write', 'read', 'deny'];
  // Of two rules for the very same path the stronger one counts.
  const strength: PathAccess[] = ['read', 'write', 'deny'];
  const beaten = ({ path, access }: PathRule): boolean =>
    paths.some((other) => other.path === path && strength.indexOf(other.access) > strength.indexOf(access));
  const own = paths.filter((rule) => !isStore(rule) && !beaten(rule)).toSorted((a, b) => order.indexOf(a.access) - order.indexOf(b.access));
  const stores = paths.filter(isStore);
  const denied = bounds.flat().filter(({ access }) => access === 'deny');
  const organisation = denied.filter(({ path }) => !stores.some((rule) => rule.path === path));
  const row = (rule: PathRule, at: number): JSX.Element => (
    <Rule
      key={`${at} ${rule.path}`}
      name={<Name text={rule.path} />}
      does={accessWords[rule.access]}
      tone={tones[rule.access]}
      source={<Source source={rule.source} words={false} />}
    />
  );
  return (
    <Group
      title="Files"
      text={
        profile.sandbox
          ? 'Of a path and the folders above it, the deepest one that a rule names decides; what no rule names is out of reach. :worktree is the thread’s folder, :project the project’s, :tmp a temporary one of the thread’s own.'
          : 'Without the sandbox nothing enforces these but the agent’s own tools: a command can do whatever you can.'
      }
    >
      {own.map(row)}
      {organisation.map(row)}
      {stores.length > 0 ? (
        <>
          <Rule
            name={
              <button
                type="button"
                aria-expanded={open}
                onClick={() => setOpen(!open)}
                className="flex items-center gap-1 rounded text-left hover:underline"
              >
                {count(stores.length)} places with keys, passwords or mail
                <ChevronRight size={14} strokeWidth={1.5} className={`shrink-0 text-faint ${open ? 'rotate-90' : ''}`} aria-hidden="true" />
              </button>
            }
            does={accessWords.deny}
            tone={tones['deny']}
            source="built in"
          />
          {open ? (
            <ul className="columns-2 gap-x-6 px-4 py-2">
              {stores.map(({ path }) => (
                <li key={path} className="break-inside-avoid">
                  <Name text={path} />
                </li>
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
    </Group>
  );
}

function Commands({ profile, works }: { profile: Profile; works: boolean }): JSX.Element {
  const unruled = !profile.sandbox
    ? 'No rules: every command runs, unasked.'
    : works
      ? 'No rules: in the sandbox every command runs unasked. Only leaving it asks, always.'
      : 'No rules: every command asks, since there is no sandbox.';
  return (
    <Group title="Commands">
      {profile.commands.length === 0 ? <None>{unruled}</None> : null}
      {profile.commands.map(({ prefix, decision, reason, source }, at) => (
        <Rule
          key={`${at} ${prefix.join(' ')}`}
          name={
            <>
              <Name text={prefix.join(' ')} />
              {reason === undefined ? null : <span className="block text-caption text-muted">{visibleLine(reason)}</span>}
            </>
          }
          does={decisionWords[decision]}
          tone={tones[decision]}
          source={<Source source={source} words={false} />}
        />
      ))}
    </Group>
  );
}

const networkWords = { off: 'Off: commands reach no host but each other’s servers', list: 'Listed hosts only', on: 'Every host' };

function Network({ profile: { network } }: { profile: Profile }): JSX.Element {
  return (
    <Group title="Network">
      <Rule
        name={networkWords[network.access]}
        does={{ off: 'off', list: 'listed', on: 'open' }[network.access]}
        tone={network.access === 'on' ? 'text-wait' : ''}
        source={<Source source={network.source} words={false} />}
      />
      {network.access === 'list'
        ? network.hosts.map(({ host, source }) => (
            <Rule key={host} name={<Name text={host} />} does="reached" source={<Source source={source} words={false} />} />
          ))
        : null}
    </Group>
  );
}

function Environment({ names, open }: { names: { name: string; source: RuleSource }[]; open: boolean }): JSX.Element {
  return (
    <Group title="Environment">
      {open ? (
        <None>Commands have your environment, but for the keys of providers.</None>
      ) : (
        <None>Commands have PATH, HOME, the language and the like. Never the keys of providers.</None>
      )}
      {names.map(({ name, source }) => (
        <Rule key={name} name={<Name text={name} />} does="kept" source={<Source source={source} words={false} />} />
      ))}
    </Group>
  );
}

/** The rules in force under a profile, by group, each with its place. */
export function Rules({ profile, works }: { profile: Profile; works: boolean }): JSX.Element {
  return (
    <>
      <Paths profile={profile} />
      <Commands profile={profile} works={works} />
      <Network profile={profile} />
      <Environment names={profile.environment} open={!profile.sandbox} />
    </>
  );
}
