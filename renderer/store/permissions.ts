import type { HealthCheck } from '../../shared/protocol/app.ts';
import type { Result } from '../../shared/protocol.ts';
import { type AppStore, useApp } from './app.ts';
import { useThreads } from './threads.ts';

type Settings = Result<'settings.read'>;

const checkOf = ({ health }: Pick<AppStore, 'health'>): HealthCheck | undefined => health?.checks.find(({ name }) => name === 'Sandbox');

/** How the sandbox stands on this machine; undefined until it was tried. */
export const useSandbox = (): HealthCheck | undefined => useApp(checkOf);

/** False only where it is known that commands can't be confined: every one of them asks there. */
export const sandboxWorks = (app: Pick<AppStore, 'health'> = useApp.getState()): boolean => (checkOf(app)?.status ?? 'ok') === 'ok';
export const useSandboxWorks = (): boolean => useApp(sandboxWorks);

/** Whether threads under this profile run without the sandbox and without questions. */
export function isOpen(settings: Pick<Settings, 'profiles'> | undefined, profile: string): boolean {
  const known = settings?.profiles.find(({ name }) => name === profile);
  return known ? !known.sandbox : profile === 'full-access';
}

/** What a thread that is open in this window may do: everything, everything after a question, or what the sandbox lets it. */
export function useStanding(threadId: string): 'open' | 'asks' | 'confined' | undefined {
  const profile = useThreads((threads) => threads[threadId]?.state?.header.profile);
  const settings = useApp((app) => app.settings);
  const works = useSandboxWorks();
  if (profile === undefined) return undefined;
  if (isOpen(settings, profile)) return 'open';
  return works ? 'confined' : 'asks';
}
