import type { Effort, Model, Provider } from '../../../../shared/domain/model.ts';
import type { Result } from '../../../../shared/protocol.ts';
import type { Kept } from '../../../store/ui.ts';

export type Settings = Result<'settings.read'>;

/** What a thread works with. */
export interface Choice {
  provider: string;
  model: string;
  profile: string;
  effort?: Effort;
}

export interface ModelOption {
  value: string;
  label: string;
  provider: string;
  model: string;
  detail?: string;
}

const separator = '\u0000';
export const modelValue = (provider: string, model: string): string => `${provider}${separator}${model}`;

export const effortNames: Record<Effort, string> = {
  none: 'No reasoning',
  minimal: 'Minimal',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  xhigh: 'Extra high',
};

const builtIn: Readonly<Record<string, { label: string; confined: string; asks: string }>> = {
  'read-only': {
    label: 'Read only',
    confined: 'Reads files and runs commands in the sandbox; changes nothing.',
    asks: 'Reads in the project and asks before every command; changes nothing.',
  },
  workspace: {
    label: 'Workspace',
    confined: 'Works in the project, inside the sandbox; asks before it leaves it.',
    asks: 'Works in the project; asks before every command and every change.',
  },
  'full-access': {
    label: 'Full access',
    confined: 'No sandbox and no questions: can do whatever you can.',
    asks: 'No sandbox and no questions: can do whatever you can.',
  },
};

export interface ProfileOption {
  value: string;
  label: string;
  detail: string;
}

/** The profiles there are, with what each means on a machine with a sandbox or without one. What is chosen now is always in the list. */
export function profileOptions(settings: Settings | undefined, works: boolean, chosen?: string): ProfileOption[] {
  const known = settings?.profiles ?? Object.keys(builtIn).map((name) => ({ name, about: '', sandbox: name !== 'full-access' }));
  const listed = chosen === undefined || chosen === '' || known.some(({ name }) => name === chosen);
  const all = listed ? known : [...known, { name: chosen, about: '', sandbox: true }];
  return all.map(({ name, about, sandbox }) => {
    const own = builtIn[name];
    const tail = sandbox && !works ? 'Asks before every command and every change.' : '';
    return {
      value: name,
      label: own?.label ?? name,
      detail: own?.[works ? 'confined' : 'asks'] ?? [about, tail].filter(Boolean).join(' '),
    };
  });
}

export function profileName(profile: string): string {
  return builtIn[profile]?.label ?? profile;
}

/** The two that come with the program have names; the others are called what config.toml calls them. */
export function providerName({ id, kind }: Pick<Provider, 'id' | 'kind'>): string {
  if (id === 'openai' && kind === 'openai') return 'OpenAI';
  return id === 'rehearsal' && kind === 'rehearsal' ? 'Rehearsal' : id;
}

export function modelOf(settings: Settings | undefined, id: string): Model | undefined {
  return settings?.models.find((model) => model.id === id);
}

/** Every model with who serves it. A server of one's own is known by its default model; what is chosen now is always in the list. */
export function modelOptions(settings: Settings | undefined, chosen: { provider: string; model: string }): ModelOption[] {
  const options: ModelOption[] = [];
  // Rehearsal's one model says itself whose it is.
  const serving = settings?.providers.filter(({ kind }) => kind !== 'rehearsal') ?? [];
  const add = (provider: string, id: string): void => {
    if (id === '' || options.some((each) => each.provider === provider && each.model === id)) return;
    const model = modelOf(settings, id);
    const by = serving.length > 1 ? serving.find((each) => each.id === provider) : undefined;
    const about = [
      by ? providerName(by) : '',
      model?.preview ? 'preview' : '',
      model?.inputs.includes('image') === false ? 'text only' : '',
    ];
    const detail = about.filter(Boolean).join(' · ');
    options.push({ value: modelValue(provider, id), label: model?.name ?? id, provider, model: id, ...(detail ? { detail } : {}) });
  };
  for (const { id, kind, defaultModel } of settings?.providers ?? []) {
    if (kind === 'openai') for (const model of settings?.models ?? []) if (model.id !== 'rehearsal') add(id, model.id);
    if (kind === 'rehearsal') add(id, 'rehearsal');
    if (defaultModel !== undefined) add(id, defaultModel);
  }
  add(chosen.provider, chosen.model);
  return options;
}

/** What changes with a model: an effort that the new one does not know becomes its usual one. */
export function withModel(settings: Settings | undefined, choice: Choice, provider: string, id: string): Partial<Choice> {
  const model = modelOf(settings, id);
  const change: Partial<Choice> = { provider, model: id };
  if (choice.effort !== undefined && model?.defaultEffort !== undefined && !model.efforts.includes(choice.effort))
    change.effort = model.defaultEffort;
  return change;
}

/** What a new thread would be started with. */
export function choiceFor(settings: Settings | undefined, kept: Kept['choice']): Choice {
  const provider = kept.provider ?? settings?.provider ?? '';
  const known = settings?.providers.find(({ id }) => id === provider);
  const usual = provider === settings?.provider ? settings.model : (known?.defaultModel ?? settings?.model ?? '');
  const effort = kept.effort as Effort | undefined;
  return { provider, model: kept.model ?? usual, profile: kept.profile ?? settings?.profile ?? '', ...(effort ? { effort } : {}) };
}
