import { AppError } from '../../../shared/errors.ts';
import type { Params, QueryName, Result } from '../../../shared/protocol.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports } from '../ports.ts';
import { readItem } from './item.ts';

/** Reads that are not in state. `output.open` is the host's own: a channel belongs to a connection. */
export type Queries = { [N in Exclude<QueryName, 'output.open'>]: (params: Params<N>) => Result<N> };

const pageLimit = 500;
const largestBlob = 32 * 1024 * 1024;

export function createQueries(ports: Ports, engine: Engine): Queries {
  const { log, config, catalog } = ports;
  const known = (threadId: string): void => {
    if (!engine.header(threadId))
      throw new AppError('missing', `There is no thread ${threadId}.`, { hint: 'Use `switchyard threads list` to see the threads.' });
  };
  return {
    'thread.list': ({ projectId, cwd, archived, limit = 200 }) => ({
      threads: log.threads({
        limit,
        ...(projectId === undefined ? {} : { projectId }),
        ...(cwd === undefined ? {} : { cwd }),
        ...(archived === undefined ? {} : { archived }),
      }),
    }),
    'thread.page': ({ threadId, before, limit = 50 }) => {
      known(threadId);
      return log.page(threadId, { limit: Math.max(1, Math.min(pageLimit, limit)), ...(before === undefined ? {} : { before }) });
    },
    'thread.search': ({ text, threadId, limit = 50 }) => ({
      hits: log.search({ text, limit: Math.min(pageLimit, limit), ...(threadId === undefined ? {} : { threadId }) }),
    }),
    'item.read': ({ threadId, itemId, from = 0, length = 64 * 1024 }) => {
      known(threadId);
      return readItem(ports, { threadId, itemId, from, length });
    },
    'blob.put': ({ base64 }) => {
      const bytes = Buffer.from(base64, 'base64');
      if (bytes.length === 0 || bytes.length > largestBlob) throw new AppError('invalid', 'A blob holds 1 byte to 32 MB.');
      return { hash: log.putBlob(bytes), bytes: bytes.length };
    },
    'settings.read': ({ projectId }) => {
      const project = engine.app().projects.find(({ id }) => id === projectId);
      const { provider, model, profile, providers, warnings } = config.settings(project);
      const all = Object.values(providers);
      return {
        provider,
        model: model ?? providers[provider]?.defaultModel ?? '',
        profile,
        providers: all,
        models: catalog.models(),
        warnings,
      };
    },
    'scratch.write': ({ key, value }) => {
      log.scratch.write(key, value);
      return null;
    },
    'scratch.read': ({ prefix }) => ({ entries: log.scratch.read(prefix) }),
  };
}
