import type { JSX, ReactNode } from 'react';
import { useFromHome } from '../../items/place-words.ts';
import { useApp } from '../../store/app.ts';
import { useSandboxWorks } from '../../store/permissions.ts';
import { providerName } from '../thread/composer/choices.ts';
import { Group } from './row.tsx';

function Fact({ what, children }: { what: string; children: ReactNode }): JSX.Element {
  return (
    <div className="grid grid-cols-[176px_1fr] gap-6 px-4 py-3">
      <p className="font-strong">{what}</p>
      <p className="text-pretty text-muted [overflow-wrap:anywhere]">{children}</p>
    </div>
  );
}

export function Privacy(): JSX.Element {
  const short = useFromHome();
  const works = useSandboxWorks();
  const home = useApp((app) => app.health?.home);
  const settings = useApp((app) => app.settings);
  const provider = settings?.providers.find(({ id }) => id === settings.provider);
  const where = provider?.baseUrl ?? (provider?.kind === 'openai' ? 'api.openai.com' : undefined);
  return (
    <>
      <p className="max-w-prose text-muted">
        There is no telemetry: Switchyard sends nothing about you or your work to its makers, and asks nobody for updates.
      </p>
      <Group title="What leaves this machine">
        <Fact what="To the provider">
          The messages of a thread, instruction files of trusted projects, and what the agent’s tools read and print: all that the model is
          to know.
          {provider && where
            ? ` New threads use ${providerName(provider)} at ${where}.`
            : provider
              ? ` New threads use ${providerName(provider)}, which sends nothing anywhere.`
              : ''}{' '}
          {provider?.kind === 'rehearsal' ? '' : 'The provider is asked not to store it.'}
        </Fact>
        <Fact what="By commands">
          {works
            ? 'Inside the sandbox a command reaches no host but those that its profile allows. One that you let out of it sends whatever it sends: git, package managers, tests.'
            : 'Whatever a command that you allow sends: git, package managers, tests. There is no sandbox on this machine, so each asks first.'}
        </Fact>
      </Group>
      <Group title="What stays here">
        <Fact what="Threads and output">
          In <span className="font-mono text-code">{home === undefined ? 'the data folder' : short(home)}</span>, readable by you alone.
          Deleting a thread for good removes its messages, output and attachments.
        </Fact>
        <Fact what="Provider keys">
          Encrypted in the data folder, with their one key in the system’s keychain where there is one. They are sent to their provider only
          and never shown again.
        </Fact>
        <Fact what="The window">Drafts, panes and shortcuts, in the data folder too.</Fact>
      </Group>
      <Group title="What comes in">
        <Fact what="Remote content">
          The window loads nothing from the network: no fonts, no images, no scripts. Links open in your browser when you follow them.
        </Fact>
      </Group>
    </>
  );
}
