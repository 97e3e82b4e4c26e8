import type { Input } from '../../shared/domain/item.ts';
import { AppError } from '../../shared/errors.ts';
import type { CommandRow, QueryRow } from '../../shared/protocol/row.ts';
import { type CommandName, type Params, protocol, type RequestName } from '../../shared/protocol.ts';
import { bodyOf, wholeText } from './agent/body.ts';
import type { Engine } from './engine/engine.ts';
import { checkProjectFolder, checkThreadFolder } from './policy/folders.ts';
import type { Ports, Settings } from './ports.ts';

/** A request that has the right form and may come from a client. Throws `invalid` with what is wrong, or `denied`. */
export function check(name: string, params: unknown): { name: RequestName; params: unknown; kind: 'command' | 'query' } {
  const row = Object.hasOwn(protocol, name) ? (protocol as Record<string, { kind: string }>)[name] : undefined;
  if (row?.kind !== 'command' && row?.kind !== 'query') throw new AppError('invalid', `There is no request "${name.slice(0, 80)}".`);
  const { kind } = row;
  if (kind === 'command' && (row as CommandRow<unknown, unknown>).from === 'runtime')
    throw new AppError('denied', `Only the runtime may say "${name}".`);
  const parsed = (row as CommandRow<unknown, unknown> | QueryRow<unknown, unknown>).params.safeParse(params);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError(
      'invalid',
      `"${name}" has a wrong parameter: ${issue?.path.join('.') || 'the parameters'}: ${issue?.message ?? 'wrong'}.`,
    );
  }
  return { name: name as RequestName, params: parsed.data, kind };
}

/** What a command needs to know of the world before it may be decided: folders that exist, settings, long texts put away. */
export function createDoor(ports: Ports, engine: Engine) {
  const settingsFor = (projectId: string): Settings => ports.config.settings(engine.app().projects.find(({ id }) => id === projectId));

  const folder = async (path: string): Promise<string> => {
    const real = await ports.files.realpath(path);
    const stat = real === undefined ? undefined : await ports.files.stat(real);
    if (real === undefined || !stat) throw new AppError('missing', `There is no folder ${path}.`, { hint: 'Look at the spelling.' });
    if (stat.kind !== 'folder') throw new AppError('invalid', `${path} is not a folder.`);
    return real;
  };

  const checkChoice = (
    settings: Settings,
    { provider, profile }: { provider?: string | undefined; profile?: string | undefined },
  ): void => {
    if (profile !== undefined && !Object.hasOwn(settings.profiles, profile)) {
      throw new AppError('invalid', `There is no profile "${profile}".`, {
        hint: `Use one of: ${Object.keys(settings.profiles).join(', ')}.`,
      });
    }
    if (provider !== undefined && !settings.providers[provider]) {
      const known = Object.keys(settings.providers).join(', ');
      throw new AppError('invalid', `There is no provider "${provider}".`, {
        hint: `Known: ${known}. Add [providers.${provider}] to config.toml.`,
      });
    }
  };

  /** A model chosen in the settings belongs to the provider chosen there. */
  const modelFor = (settings: Settings, provider: string): string | undefined => {
    const own = settings.providers[provider]?.defaultModel;
    return provider === settings.provider ? (settings.model ?? own) : (own ?? settings.model);
  };

  /** Long texts become blobs here, whatever the client made of them; what a message refers to has to be there. */
  const putAway = (input: Input): Input => {
    const { whole } = input.text;
    const blobs = [...(whole?.kind === 'blob' ? [whole.id] : []), ...(input.images ?? []).map(({ blob }) => blob)];
    if (blobs.some((hash) => ports.log.blob(hash) === undefined))
      throw new AppError('missing', 'The message refers to a text or an image that is not there.', { hint: 'Attach it again.' });
    return { ...input, text: bodyOf(wholeText(input.text, ports.log), ports.log) };
  };

  const steps: { [N in CommandName]?: (params: Params<N>) => Params<N> | Promise<Params<N>> } = {
    'project.add': async (params) => {
      const path = await folder(params.path);
      await checkProjectFolder(ports.files, path);
      return { ...params, path };
    },
    'thread.start': async (params) => {
      const settings = settingsFor(params.projectId);
      const provider = params.provider ?? settings.provider;
      checkChoice(settings, { provider, profile: params.profile });
      const model = params.model ?? modelFor(settings, provider);
      if (model === undefined)
        throw new AppError('invalid', 'No model is chosen.', { hint: 'Name one with --model, or set `model` in config.toml.' });
      const { effort = settings.effort } = params;
      const project = engine.app().projects.find(({ id }) => id === params.projectId)?.path;
      const cwd = params.cwd === undefined ? undefined : await folder(params.cwd);
      const root = project === undefined ? undefined : ((await ports.files.realpath(project)) ?? project);
      if (root !== undefined) await checkThreadFolder(ports.files, cwd ?? root, root);
      return {
        ...params,
        provider,
        model,
        profile: params.profile ?? settings.profile,
        ...(effort === undefined ? {} : { effort }),
        ...(cwd === undefined ? {} : { cwd }),
      };
    },
    'thread.configure': (params) => {
      const settings = settingsFor(engine.header(params.threadId)?.projectId ?? '');
      checkChoice(settings, params);
      const moved = params.provider !== undefined && params.provider !== engine.header(params.threadId)?.provider;
      const model = params.model ?? (moved && params.provider !== undefined ? modelFor(settings, params.provider) : undefined);
      return model === undefined ? params : { ...params, model };
    },
    'turn.send': (params) => ({ ...params, input: putAway(params.input) }),
    'queue.edit': (params) => ({ ...params, input: putAway(params.input) }),
  };

  /** At once where the world need not be looked at: then commands take effect in the order in which a client sent them. */
  return <N extends CommandName>(name: N, params: Params<N>): Params<N> | Promise<Params<N>> => {
    const step = steps[name];
    return step ? step(params) : params;
  };
}
