import { AppError } from '../../../../shared/errors.ts';
import { useApp } from '../../../store/app.ts';
import { sandboxWorks } from '../../../store/permissions.ts';
import { draft, emptyDraft, useUi } from '../../../store/ui.ts';
import { act } from '../../act.ts';
import { forkThread, renameThread, showDock, toggleArchive } from '../thread-actions.ts';
import { effortNames, modelOf, modelOptions, profileOptions, withModel } from './choices.ts';
import { choiceOf, configure, draftKey, isEffort, type Target } from './target.ts';

export interface SlashOption {
  value: string;
  label: string;
  detail?: string;
}

export interface SlashCommand {
  name: string;
  about: string;
  /** Means nothing before the thread is there. */
  inThread?: boolean;
  /** It goes on with an argument. */
  takes?: 'choice' | 'text';
  /** What the argument may be. */
  options?: (target: Target) => SlashOption[];
  /** Throws what is wrong with the argument. */
  run: (target: Target, argument: string) => void;
}

const openPage = (palettePage: 'model' | 'effort' | 'profile'): void => useUi.setState({ palette: true, palettePage });

/** The option that was meant: by its value or its name, or the only one that begins so. */
function meant<O extends SlashOption>(options: readonly O[], argument: string, what: string): O {
  const text = argument.toLowerCase();
  const names = (option: O): string[] => [option.value.toLowerCase(), option.label.toLowerCase()];
  const exact = options.find((option) => names(option).includes(text));
  const begun = options.filter((option) => names(option).some((name) => name.startsWith(text)));
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined);
  if (found) return found;
  const known = options.map(({ label }) => label).join(', ');
  throw new AppError('invalid', `There is no ${what} "${argument}".`, { hint: `Known: ${known}.` });
}

const models = (target: Target): (SlashOption & { provider: string; model: string })[] =>
  modelOptions(useApp.getState().settings, choiceOf(target)).map((option) => ({ ...option, value: `${option.provider}/${option.model}` }));

const efforts = (target: Target): SlashOption[] =>
  (modelOf(useApp.getState().settings, choiceOf(target).model)?.efforts ?? []).map((value) => ({ value, label: effortNames[value] }));

const profiles = (target: Target): SlashOption[] => profileOptions(useApp.getState().settings, sandboxWorks(), choiceOf(target).profile);

const setModel = (target: Target, argument: string): void => {
  if (argument === '') return openPage('model');
  const { provider, model } = meant(models(target), argument, 'model');
  configure(target, withModel(useApp.getState().settings, choiceOf(target), provider, model));
};

const setEffort = (target: Target, argument: string): void => {
  if (argument === '') return openPage('effort');
  const known = efforts(target);
  const { value } = meant(known, argument, 'effort');
  const allowed = modelOf(useApp.getState().settings, choiceOf(target).model)?.efforts ?? [];
  if (isEffort(value, allowed)) configure(target, { effort: value });
};

const setProfile = (target: Target, argument: string): void => {
  if (argument === '') return openPage('profile');
  configure(target, { profile: meant(profiles(target), argument, 'profile').value });
};

const showPermissions = (target: Target, argument: string): void => {
  if (argument === '') useUi.setState({ permissions: true });
  else setProfile(target, argument);
};

const withThread =
  (run: (threadId: string, argument: string) => unknown) =>
  ({ threadId }: Target, argument: string): void => {
    if (threadId !== undefined) run(threadId, argument);
  };

export const slashCommands: readonly SlashCommand[] = [
  { name: 'model', about: 'Change the model', takes: 'choice', options: models, run: setModel },
  { name: 'effort', about: 'Change how hard it thinks', takes: 'choice', options: efforts, run: setEffort },
  { name: 'profile', about: 'Change what it may do', takes: 'choice', options: profiles, run: setProfile },
  { name: 'permissions', about: 'Show what it may do, and why', run: showPermissions },
  { name: 'plan', about: 'Show the plan', inThread: true, run: () => showDock('plan') },
  {
    name: 'rename',
    about: 'Give the thread a title',
    inThread: true,
    takes: 'text',
    run: withThread((threadId, title) => (title === '' ? renameThread(threadId) : act('thread.rename', { threadId, title }))),
  },
  { name: 'fork', about: 'Go on in a copy of this thread', inThread: true, run: withThread((threadId) => forkThread(threadId)) },
  { name: 'archive', about: 'Put the thread into the archive', inThread: true, run: withThread((threadId) => toggleArchive(threadId)) },
  { name: 'clear', about: 'Empty this box', run: (target) => draft(draftKey(target), emptyDraft) },
  { name: 'help', about: 'Show commands and shortcuts', run: () => useUi.setState({ shortcuts: true }) },
];

export function slashFor(target: Target): SlashCommand[] {
  return slashCommands.filter(({ inThread }) => !inThread || target.threadId !== undefined);
}

/** Carries out `/name argument`; throws when there is no such command here. */
export function runSlash(target: Target, name: string, argument: string): void {
  const command = slashFor(target).find((each) => each.name === name);
  if (!command) {
    throw new AppError(
      'missing',
      `There is no command /${name}${slashCommands.some((each) => each.name === name) ? ' before the thread has begun' : ''}.`,
      {
        hint: 'Put a space before it to send it as text, or type / to see what there is.',
      },
    );
  }
  command.run(target, argument);
}
