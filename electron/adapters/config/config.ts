import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { Effort, Provider } from '../../../shared/domain/model.ts';
import type { Profile } from '../../../shared/domain/profile.ts';
import { AppError } from '../../../shared/errors.ts';
import { nearest } from '../../../shared/nearest.ts';
import { noWider, tightened } from '../../../shared/policy/compose.ts';
import type { ConfigWarning } from '../../../shared/protocol/app.ts';
import type { ConfigPort, Settings } from '../../runtime/ports.ts';
import { checkFile, type FileSettings, type Problem, type ProviderSettings } from './check.ts';
import { locate } from './locate.ts';
import { composeProfiles } from './profiles.ts';
import { writeKey } from './write.ts';

const usualIdleTimeoutMs = 60_000;
const usualProfile = 'workspace';
const mostBytes = 1_000_000;

/** Without a prototype: whoever looks for a provider by name finds no `constructor`. */
const builtIn = (): Record<string, Provider> =>
  Object.assign(Object.create(null) as Record<string, Provider>, {
    openai: {
      id: 'openai',
      kind: 'openai',
      wire: 'responses',
      apiKeyEnv: 'OPENAI_API_KEY',
      headers: {},
      idleTimeoutMs: usualIdleTimeoutMs,
      defaultModel: 'gpt-5.5',
    },
    rehearsal: {
      id: 'rehearsal',
      kind: 'rehearsal',
      wire: 'responses',
      headers: {},
      idleTimeoutMs: usualIdleTimeoutMs,
      defaultModel: 'rehearsal',
    },
  } satisfies Record<string, Provider>);

/** The first problem leads; all of them are told, in the order of the file. */
function failure(file: string, problems: Problem[]): AppError {
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  const [first] = sorted;
  return new AppError('invalid', sorted.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'), {
    data: { file, line: first?.line ?? 1, ...(first?.key === undefined ? {} : { key: first.key }) },
  });
}

function unreadable(file: string, why: string, cause?: unknown): AppError {
  return new AppError('invalid', `${file} cannot be read: ${why}.`, { hint: 'Mend the file or move it away.', data: { file }, cause });
}

function readSettings(file: string, project: boolean): FileSettings {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw unreadable(file, 'it is not UTF-8 text', error);
    throw unreadable(file, error instanceof Error ? error.message : String(error), error);
  }
  try {
    return checkFile(parse(text), locate(text), file, project);
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(file, 'it is nested too deeply', error);
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new AppError('invalid', `${file}:${error.line}: this is not valid TOML: ${reason} (column ${error.column}).`, {
      data: { file, line: error.line },
      cause: error,
    });
  }
}

/** A file is read again when its place, size or time of change is another one; what was wrong with it is remembered as well. */
function createReader(file: string, project: boolean): () => FileSettings | undefined {
  let stamp = '';
  let settings: FileSettings | undefined;
  let error: Error | undefined;
  return () => {
    let now = '';
    try {
      const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
      if (stat && !stat.isFile()) throw unreadable(file, 'it is not a file');
      if (stat && stat.size > mostBytes) throw unreadable(file, `it is larger than ${mostBytes} bytes`);
      if (stat) now = `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      // A file where a folder was looked for means that there is no config file either.
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOTDIR')
        throw unreadable(file, thrown instanceof Error ? thrown.message : String(thrown), thrown);
    }
    if (now !== stamp) {
      stamp = now;
      settings = undefined;
      error = undefined;
      try {
        if (now !== '') settings = readSettings(file, project);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown : unreadable(file, String(thrown));
      }
    }
    if (error) throw error;
    return settings;
  };
}

function providerOf(id: string, set: ProviderSettings, base: Provider | undefined): Provider {
  const kind = base?.kind ?? (set.kind as Provider['kind']);
  const wire = set.wire ?? base?.wire ?? (kind === 'openai' ? 'responses' : 'chat');
  const baseUrl = set.base_url ?? base?.baseUrl;
  const apiKeyEnv = set.api_key_env ?? base?.apiKeyEnv ?? (kind === 'openai' ? 'OPENAI_API_KEY' : undefined);
  const defaultModel = set.model ?? base?.defaultModel ?? (kind === 'openai' ? 'gpt-5.5' : undefined);
  return {
    id,
    kind,
    wire: wire as Provider['wire'],
    headers: { ...set.headers },
    idleTimeoutMs: set.idle_timeout_ms ?? usualIdleTimeoutMs,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(apiKeyEnv === undefined ? {} : { apiKeyEnv }),
    ...(defaultModel === undefined ? {} : { defaultModel }),
  };
}

const originsOf = (file: string, { root, lineOf }: FileSettings): NonNullable<Settings['origins']> =>
  Object.fromEntries(Object.keys(root).map((key) => [key, { file, line: lineOf([key]) }]));

/**
 * Reads `<home>/config.toml` and, of a trusted project, `.switchyard/config.toml` over it. A project may choose model, effort, a
 * provider that the user has defined, and a tighter profile; whatever else it sets is left out with a warning.
 */
export function createConfig({ home }: { home: string }): ConfigPort {
  const userFile = path.join(home, 'config.toml');
  const readUser = createReader(userFile, false);
  const projects = new Map<string, () => FileSettings | undefined>();

  const checkProvider = (file: string, settings: FileSettings, providers: Record<string, Provider>): Problem[] => {
    const name = settings.root.provider;
    if (name === undefined || providers[name]) return [];
    const near = nearest(name, Object.keys(providers));
    const line = settings.lineOf(['provider']);
    const remedy = near
      ? `Did you mean ${JSON.stringify(near)}?`
      : `Define it as [providers.NAME] in ${file === userFile ? 'this file' : userFile}.`;
    return [{ line, key: 'provider', message: `provider must be the name of a provider; there is no ${JSON.stringify(name)}. ${remedy}` }];
  };

  const checkProfile = (file: string, settings: FileSettings, profiles: Record<string, Profile>): Problem[] => {
    const name = settings.root.profile;
    if (name === undefined || profiles[name]) return [];
    const near = nearest(name, Object.keys(profiles));
    const remedy = near
      ? `Did you mean ${JSON.stringify(near)}?`
      : `Define it as [profiles.NAME] in ${file === userFile ? 'this file' : userFile}.`;
    const message = `profile must be the name of a profile; there is no ${JSON.stringify(name)}. ${remedy}`;
    return [{ line: settings.lineOf(['profile']), key: 'profile', message }];
  };

  return {
    write: (key, value) => writeKey(userFile, key, value),
    settings: (project) => {
      const providers = builtIn();
      const user = readUser();
      const warnings: ConfigWarning[] = [...(user?.warnings ?? [])];
      for (const [id, set] of Object.entries(user?.providers ?? {})) providers[id] = providerOf(id, set, providers[id]);
      const composed = composeProfiles(user?.profiles ?? [], user?.lineOf ?? (() => 1));
      if (user) {
        const problems = [
          ...user.problems,
          ...checkProvider(userFile, user, providers),
          ...composed.problems,
          ...checkProfile(userFile, user, composed.profiles),
        ];
        if (problems.length > 0) throw failure(userFile, problems);
      }
      const settings: Settings = {
        provider: user?.root.provider ?? 'openai',
        model: user?.root.model,
        profile: user?.root.profile ?? usualProfile,
        effort: user?.root.effort as Effort | undefined,
        providers,
        profiles: composed.profiles,
        warnings,
        ...(user ? { origins: originsOf(userFile, user) } : {}),
      };
      if (!project?.trusted) return settings;

      const file = path.join(project.path, '.switchyard', 'config.toml');
      let readProject = projects.get(file);
      if (!readProject) projects.set(file, (readProject = createReader(file, true)));
      const own = readProject();
      if (!own) return settings;
      const problems = [...own.problems, ...checkProvider(file, own, providers), ...checkProfile(file, own, settings.profiles)];
      if (problems.length > 0) throw failure(file, problems);
      warnings.push(...own.warnings);
      settings.origins = { ...settings.origins, ...originsOf(file, own) };
      const { provider, model, effort, profile } = own.root;
      // The user's model belongs to the user's provider: another provider starts from its own.
      if (provider !== undefined && provider !== settings.provider) settings.model = undefined;
      if (provider !== undefined) settings.provider = provider;
      if (model !== undefined) settings.model = model;
      if (effort !== undefined) settings.effort = effort as Effort;
      const warn = (line: number, message: string): void => void warnings.push({ file, line, message });
      const [chosen, current] = [settings.profiles[profile ?? ''], settings.profiles[settings.profile]];
      if (chosen && current && noWider(chosen, current)) settings.profile = chosen.name;
      else if (chosen)
        warn(
          own.lineOf(['profile']),
          `profile ${JSON.stringify(profile)} was left out: a project may only tighten the profile, which is ${JSON.stringify(settings.profile)}.`,
        );
      for (const change of own.profiles) {
        const base = settings.profiles[change.name];
        const line = change.source.line ?? 1;
        if (change.extends !== undefined || change.about !== undefined)
          warn(line, `profiles.${change.name}: extends and about may only be set in your own config.toml and were left out.`);
        if (!base) {
          warn(line, `profiles.${change.name} was left out: a project may only tighten profiles that there are.`);
          continue;
        }
        const { profile: tighter, left } = tightened(base, change);
        settings.profiles[change.name] = tighter;
        for (const { source, message } of left) warn(source.line ?? line, message);
      }
      return settings;
    },
  };
}
