import type { Project } from '../../../shared/domain/project.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Params, QueryName, Result } from '../../../shared/protocol.ts';
import type { Background } from '../agent/calls.ts';
import type { Engine } from '../engine/engine.ts';
import { inside } from '../policy/inside.ts';
import type { ConfigPort, Ports, Settings } from '../ports.ts';
import { findFiles, readProjectFile } from './files.ts';
import { readItem } from './item.ts';
import { findLoads } from './loads.ts';
import { confinementThere, explainPermission, listProfiles } from './permissions.ts';
import { explainPolicy, policyHealth, policyLines } from './policy.ts';

/** Reads that are not in state. `output.open` is the host's own: a channel belongs to a connection. */
export type Queries = {
  [N in Exclude<QueryName, 'output.open'>]: (params: Params<N>, keys: Record<string, string>) => Result<N> | Promise<Result<N>>;
};

const pageLimit = 500;
const mostThreads = 10_000;
const largestBlob = 32 * 1024 * 1024;
const largestRead = 4 * 1024 * 1024;

/** A whole number that a client may name, brought into its bounds. */
const within = (asked: number, least: number, most: number): number => Math.max(least, Math.min(most, Math.floor(asked)));

/** `chosen`: the settings as users and projects have them, before the organisation's policy. */
export function createQueries(ports: Ports, engine: Engine, background: Background, chosen: ConfigPort): Queries {
  const { log, config, catalog } = ports;
  const known = (threadId: string): void => {
    if (!engine.header(threadId))
      throw new AppError('missing', `There is no thread ${threadId}.`, {
        hint: 'It may have been deleted.',
        data: { reason: 'no-thread' },
      });
  };
  const projectOf = (projectId: string): Project => {
    const project = engine.app().projects.find(({ id }) => id === projectId);
    if (!project) throw new AppError('missing', `There is no project ${projectId}.`);
    return project;
  };
  /** Only folders that a person has added may be looked into from a window. */
  const folderKnown = async (cwd: string): Promise<string> => {
    const real = await ports.files.realpath(cwd);
    if (real === undefined || !engine.app().projects.some((project) => inside(real, project.path)))
      throw new AppError('denied', 'That folder is in no project.');
    return real;
  };
  return {
    'thread.list': ({ projectId, cwd, archived, limit = 200 }) => ({
      threads: log.threads({
        limit: within(limit, 1, mostThreads),
        ...(projectId === undefined ? {} : { projectId }),
        ...(cwd === undefined ? {} : { cwd }),
        ...(archived === undefined ? {} : { archived }),
      }),
    }),
    'thread.page': ({ threadId, before, limit = 50 }) => {
      known(threadId);
      return log.page(threadId, { limit: within(limit, 1, pageLimit), ...(before === undefined ? {} : { before }) });
    },
    'thread.search': ({ text, threadId, limit = 50 }) => ({
      hits: log.search({ text, limit: within(limit, 1, pageLimit), ...(threadId === undefined ? {} : { threadId }) }),
    }),
    'background.stop': async ({ threadId, id }) => {
      const command = background.find(threadId, id);
      if (!command) throw new AppError('missing', 'That command does not run any more.');
      await command.stop();
      return null;
    },
    'item.read': ({ threadId, itemId, from = 0, length = 64 * 1024 }) => {
      known(threadId);
      return readItem(ports, { threadId, itemId, from: within(from, 0, Number.MAX_SAFE_INTEGER), length: within(length, 0, largestRead) });
    },
    'blob.put': ({ base64 }) => {
      const bytes = Buffer.from(base64, 'base64');
      if (bytes.length === 0 || bytes.length > largestBlob) throw new AppError('invalid', 'A blob holds 1 byte to 32 MB.');
      return { hash: log.putBlob(bytes), bytes: bytes.length };
    },
    'blob.read': ({ hash }) => {
      const bytes = log.blob(hash);
      if (!bytes) throw new AppError('missing', 'There is no such blob.');
      return { base64: Buffer.from(bytes).toString('base64'), bytes: bytes.length };
    },
    'file.find': async ({ cwd, text, limit = 20 }) => {
      const folder = await folderKnown(cwd);
      return { paths: await findFiles(ports.search, folder, text, within(limit, 1, 100)) };
    },
    'file.read': async ({ projectId, path }) => readProjectFile(ports.files, projectOf(projectId), path),
    'project.heads': async () => {
      const found = await Promise.all(engine.app().projects.map(async ({ id, path }) => [id, await ports.git.head(path)] as const));
      return { heads: Object.fromEntries(found.flatMap(([id, head]) => (head ? [[id, head] as const] : []))) };
    },
    'project.loads': ({ projectId }) => findLoads(ports.files, ports.search, projectOf(projectId).path),
    'health.read': async () => {
      const { checks, ...rest } = await ports.machine.health();
      return { checks: [...checks, policyHealth(ports.policy.current())], userHome: ports.files.home(), ...rest };
    },
    'permission.explain': (params) => explainPermission(ports, engine, params),
    'permission.confinement': (params) => confinementThere(ports, engine, params),
    'profile.list': (params) => listProfiles(ports, engine, params),
    'policy.read': ({ key, projectId }) => {
      const policy = ports.policy.current();
      const { projects, rules } = engine.app();
      let settings: Settings | undefined;
      try {
        settings = chosen.settings(projects.find(({ id }) => id === projectId));
      } catch {
        // A config.toml that is wrong says so elsewhere; the policy is told without it.
      }
      return { policy, keys: explainPolicy(policy, { settings, projects, rules, home: ports.files.home() }, key) };
    },
    'sample.open': () => ports.machine.sample(),
    'key.list': async () => ({ names: await ports.keys.names(), where: await ports.keys.where() }),
    'key.set': async ({ name, value }) => {
      await ports.keys.set(name, value);
      return null;
    },
    'key.remove': async ({ name }) => {
      await ports.keys.remove(name);
      return null;
    },
    'provider.test': async ({ provider: id }, keys) => {
      const provider = config.settings().providers[id];
      if (!provider) throw new AppError('missing', `There is no provider "${id}".`, { hint: `Add [providers.${id}] to config.toml.` });
      return ports.models.test(provider, keys);
    },
    'setting.write': ({ key, value }) => {
      config.write(key, value);
      return null;
    },
    'thread.changes': ({ threadId, limit = 100 }) => {
      known(threadId);
      return { items: log.changes(threadId, within(limit, 1, pageLimit)) };
    },
    'settings.read': ({ projectId }) => {
      const project = engine.app().projects.find(({ id }) => id === projectId);
      const { provider, model, profile, effort, providers, profiles, warnings } = config.settings(project);
      const all = Object.values(providers);
      return {
        provider,
        model: model ?? providers[provider]?.defaultModel ?? '',
        profile,
        ...(effort === undefined ? {} : { effort }),
        providers: all.map((each) => ({ ...each, headers: {} })),
        models: catalog.models(),
        profiles: Object.values(profiles).map(({ name, about, sandbox }) => ({ name, about, sandbox })),
        warnings: [...policyLines(ports.policy.current()), ...warnings],
      };
    },
    'scratch.write': ({ key, value }) => {
      log.scratch.write(key, value);
      return null;
    },
    'scratch.read': ({ prefix }) => ({ entries: log.scratch.read(prefix) }),
  };
}
