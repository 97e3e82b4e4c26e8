import { Check, Folder, Settings } from 'lucide-react';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { fromHome } from '../../items/place-words.ts';
import type { CommandMenuGroup, CommandMenuItem } from '../../parts/command-menu.tsx';
import { Glyph, glyphOf } from '../../parts/glyph.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { useApp } from '../../store/app.ts';
import { sandboxWorks } from '../../store/permissions.ts';
import { go, keep, settingsSections, useUi } from '../../store/ui.ts';
import { bindingOf } from '../shortcuts/bindings.ts';
import { onLayout } from '../shortcuts/combo.ts';
import { type Command, commandOf, commands, contexts, runCommand } from '../shortcuts/commands.ts';
import { currentProject, newThread } from '../shortcuts/window-actions.ts';
import { effortNames, modelOf, modelOptions, profileOptions, withModel } from '../thread/composer/choices.ts';
import { choiceOf, configure, isEffort, type Target } from '../thread/composer/target.ts';
import { currentThread } from '../thread/thread-actions.ts';
import { commandIcons } from './icons.ts';

export type PalettePage = 'model' | 'effort' | 'profile' | 'project';
type Layout = ReadonlyMap<string, string> | undefined;

/** Commands that turn to a page of the palette instead of opening it. */
const pages: Record<string, PalettePage> = { model: 'model', effort: 'effort', profile: 'profile', 'new-thread-in': 'project' };
const threadsAtFirst = 6;
const mostThreads = 300;
const mostRecent = 8;

function threadItems(text: string): CommandMenuItem[] {
  const { threads, projects } = useApp.getState().app;
  const { seen } = useUi.getState().kept;
  const names = new Map(projects.map(({ id, name }) => [id, visibleLine(name)]));
  const here = currentThread();
  const rank = (thread: ThreadSummary): number => (thread.status === 'waiting' ? 0 : 1);
  return Object.values(threads)
    .filter(({ id }) => id !== here)
    .toSorted((a, b) => rank(a) - rank(b) || b.updatedAt - a.updatedAt)
    .slice(0, text === '' ? threadsAtFirst : mostThreads)
    .map((thread) => ({
      id: `thread ${thread.id}`,
      label: visibleLine(thread.title),
      detail: names.get(thread.projectId),
      sign: <Glyph state={glyphOf(thread, seen[thread.id])} />,
      onSelect: () => go({ screen: 'thread', threadId: thread.id }),
    }));
}

/** What was chosen here stands first the next time. */
function remember(id: string): void {
  const { recent } = useUi.getState().kept;
  keep({ recent: [id, ...recent.filter((each) => each !== id)].slice(0, mostRecent) });
}

function commandItem(command: Command, layout: Layout, turn: (page: PalettePage) => void): CommandMenuItem {
  const page = pages[command.id];
  const choose = (): void => {
    remember(command.id);
    if (page) turn(page);
    else runCommand(command.id);
  };
  const icon = commandIcons[command.id];
  return {
    id: `command ${command.id}`,
    label: command.title,
    keys: onLayout(bindingOf(command.id), layout),
    ...(icon ? { icon } : {}),
    onSelect: choose,
    ...(page ? { stays: true } : {}),
  };
}

/** Threads, commands, projects and settings; what was used last stands first while nothing is typed. */
export function rootGroups(text: string, layout: Layout, turn: (page: PalettePage) => void): CommandMenuGroup[] {
  const held = contexts();
  const usable = commands.filter((command) => !command.hidden && held.includes(command.when));
  const recent =
    text === ''
      ? useUi
          .getState()
          .kept.recent.flatMap((id) => commandOf(id) ?? [])
          .filter((each) => usable.includes(each))
      : [];
  const first = recent.slice(0, 3);
  const group = (title: Command['group']): CommandMenuGroup => ({
    title,
    items: usable.filter((each) => each.group === title && !first.includes(each)).map((each) => commandItem(each, layout, turn)),
  });
  return [
    { title: 'Used last', items: first.map((each) => commandItem(each, layout, turn)) },
    { title: 'Go to thread', items: threadItems(text) },
    group('This thread'),
    group('Threads'),
    group('View'),
    { title: 'Projects', items: projectItems() },
    group('Window'),
    {
      title: 'Settings',
      items: settingsSections.map((section) => ({
        id: `settings ${section}`,
        label: section,
        words: 'settings',
        icon: Settings,
        onSelect: () => go({ screen: 'settings', section }),
      })),
    },
  ];
}

const projectItems = (): CommandMenuItem[] =>
  useApp.getState().app.projects.map(({ id, name, path }) => ({
    id: `project ${id}`,
    label: visibleLine(name),
    detail: visibleLine(fromHome(useApp.getState().health?.userHome, path)),
    icon: Folder,
    onSelect: () => newThread(id),
  }));

export function projectGroup(): CommandMenuGroup[] {
  return [{ title: 'New thread in', items: projectItems() }];
}

/** What the palette changes the model, effort or profile of: the open thread, or the next new one. */
function currentTarget(): Target {
  const threadId = currentThread();
  return { projectId: currentProject() ?? '', ...(threadId === undefined ? {} : { threadId }) };
}

export function choiceGroup(page: Exclude<PalettePage, 'project'>): CommandMenuGroup[] {
  const target = currentTarget();
  const { settings } = useApp.getState();
  const choice = choiceOf(target);
  const row = (id: string, label: string, detail: string | undefined, now: boolean, onSelect: () => void): CommandMenuItem => ({
    id,
    label,
    detail,
    ...(now ? { icon: Check } : {}),
    onSelect,
  });
  const title = target.threadId === undefined ? 'For the next new thread' : 'For this thread';
  if (page === 'profile') {
    const items = profileOptions(settings, sandboxWorks(), choice.profile).map(({ value, label, detail }) =>
      row(value, label, detail, value === choice.profile, () => configure(target, { profile: value })),
    );
    return [{ title, items }];
  }
  if (page === 'effort') {
    const efforts = modelOf(settings, choice.model)?.efforts ?? [];
    const items = efforts.map((effort) =>
      row(effort, effortNames[effort], undefined, effort === choice.effort, () => {
        if (isEffort(effort, efforts)) configure(target, { effort });
      }),
    );
    return [{ title, items }];
  }
  const items = modelOptions(settings, choice).map((option) =>
    row(option.value, option.label, option.detail, option.provider === choice.provider && option.model === choice.model, () =>
      configure(target, withModel(settings, choice, option.provider, option.model)),
    ),
  );
  return [{ title, items }];
}
