import type { Provider } from '../../../shared/domain/model.ts';
import { type PolicyState, policies } from '../../../shared/domain/policy.ts';
import { policyError } from '../../../shared/policy/bounds.ts';
import type { ConfigPort, PolicyPort, Settings } from '../ports.ts';
import { checkModelAllowed, checkProfileAllowed, countsAsTrusted } from './bounds.ts';

/** The address that a provider's requests go to; undefined for what is built in. `keys` is the environment of whoever asks. */
export function addressOf({ kind, baseUrl }: Provider, keys: Record<string, string>): string | undefined {
  if (kind === 'rehearsal') return undefined;
  const usual = kind === 'openai' ? 'https://api.openai.com/v1' : undefined;
  return (kind === 'openai' ? keys['OPENAI_BASE_URL'] : undefined) ?? baseUrl ?? usual;
}

/** The organisation's default in place of the user's; a project's own is kept where it is tighter. */
function profileFor(policy: PolicyState, user: string, chosen: string): string {
  const { 'profiles.default': usual } = policy.values;
  if (usual === undefined) return chosen;
  const widths: readonly string[] = policies['profiles.widest'].choices;
  return chosen !== user && widths.indexOf(chosen) < widths.indexOf(usual) ? chosen : usual;
}

/** The settings as the organisation's policy leaves them: its default profile, and no project's file where no project may be trusted. */
export function boundConfig(config: ConfigPort, policy: Pick<PolicyPort, 'current'>, home: () => string): ConfigPort {
  return {
    ...config,
    settings: (project): Settings => {
      const now = policy.current();
      const trusted = project && { ...project, trusted: countsAsTrusted(now, project, home()) };
      const settings = config.settings(trusted);
      if (now.values['profiles.default'] === undefined) return settings;
      const user = trusted?.trusted ? config.settings().profile : settings.profile;
      return { ...settings, profile: profileFor(now, user, settings.profile) };
    },
    write: (key, value) => {
      const now = policy.current();
      if (key === 'profile' && now.values['profiles.default'] !== undefined)
        throw policyError(now, { key: 'profiles.default', message: 'the profile of new threads to be changed' });
      if (key === 'profile' && value !== null) checkProfileAllowed(now, value);
      if (key === 'provider' && value !== null) checkModelAllowed(now, { provider: value });
      if (key === 'model' && value !== null) checkModelAllowed(now, { provider: config.settings().provider, model: value });
      config.write(key, value);
    },
  };
}
