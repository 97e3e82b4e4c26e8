import { useThreads } from '../../store/threads.ts';
import { go, goBack, goForward, useUi } from '../../store/ui.ts';
import { askForProject } from '../home/add-project.tsx';
import {
  answerApproval,
  askDelete,
  copyLink,
  currentThread,
  forkThread,
  renameThread,
  saveMarkdown,
  stopTurn,
  toggleArchive,
  togglePin,
} from '../thread/thread-actions.ts';
import {
  findInThread,
  focusApproval,
  focusComposer,
  jumpToThread,
  newThread,
  stepThread,
  toggleDock,
  toggleDrawer,
  toggleSidebar,
  toggleTheme,
  visitDock,
  zoomText,
} from './window-actions.ts';

/** Where a command makes sense: anywhere, in a thread, while its turn runs, or while an approval is open there. */
export type When = 'always' | 'thread' | 'turn' | 'approval';

export interface Command {
  id: string;
  title: string;
  group: 'Threads' | 'This thread' | 'View' | 'Window';
  /** Its keys, as long as the person has chosen no others. */
  keys: readonly string[];
  when: When;
  run: () => void;
  /** Not worth a row of the palette. */
  hidden?: boolean;
}

const inThread = (act: (threadId: string) => unknown) => (): void => {
  const threadId = currentThread();
  if (threadId !== undefined) act(threadId);
};

const openPalette = (page?: 'model' | 'effort' | 'profile' | 'project'): void => useUi.setState({ palette: true, palettePage: page });

const jumps: Command[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({
  id: `thread-${n}`,
  title: `Go to thread ${n}`,
  group: 'Threads',
  keys: [`Mod+${n}`],
  when: 'always',
  run: () => jumpToThread(n),
  hidden: true,
}));

/** Everything that the window does by itself. Palette, shortcuts, the native menu and the settings all read this table. */
export const commands: readonly Command[] = [
  // A browser keeps Mod+N to itself: the second way is for there.
  { id: 'new-thread', title: 'New thread', group: 'Threads', keys: ['Mod+N', 'Mod+Alt+N'], when: 'always', run: () => newThread() },
  {
    id: 'new-thread-in',
    title: 'New thread in project …',
    group: 'Threads',
    keys: [],
    when: 'always',
    run: () => openPalette('project'),
  },
  { id: 'add-project', title: 'Add project', group: 'Threads', keys: ['Mod+Shift+A'], when: 'always', run: () => void askForProject() },
  { id: 'previous-thread', title: 'Previous thread', group: 'Threads', keys: ['Mod+Shift+['], when: 'always', run: () => stepThread(-1) },
  { id: 'next-thread', title: 'Next thread', group: 'Threads', keys: ['Mod+Shift+]'], when: 'always', run: () => stepThread(1) },
  {
    id: 'search-threads',
    title: 'Search threads',
    group: 'Threads',
    keys: ['Mod+Shift+F'],
    when: 'always',
    run: () => go({ screen: 'search' }),
  },
  ...jumps,

  { id: 'focus-composer', title: 'Write a message', group: 'This thread', keys: ['Mod+L'], when: 'always', run: focusComposer },
  { id: 'stop', title: 'Stop the turn', group: 'This thread', keys: ['Mod+Shift+Backspace'], when: 'turn', run: inThread(stopTurn) },
  {
    id: 'approve',
    title: 'Approve once',
    group: 'This thread',
    keys: ['Mod+Alt+Enter'],
    when: 'approval',
    run: inThread((id) => answerApproval(id, 'once')),
  },
  {
    id: 'approve-thread',
    title: 'Approve for this thread',
    group: 'This thread',
    keys: ['Mod+Alt+Shift+Enter'],
    when: 'approval',
    run: inThread((id) => answerApproval(id, 'thread')),
  },
  {
    id: 'refuse',
    title: 'Refuse',
    group: 'This thread',
    keys: ['Mod+Alt+Backspace'],
    when: 'approval',
    run: inThread((id) => answerApproval(id, 'no')),
  },
  {
    id: 'visit-approval',
    title: 'Go to the approval',
    group: 'This thread',
    keys: ['Mod+Shift+Enter'],
    when: 'approval',
    run: focusApproval,
  },
  { id: 'find', title: 'Find in thread', group: 'This thread', keys: ['Mod+F'], when: 'thread', run: findInThread },
  { id: 'fork', title: 'Fork', group: 'This thread', keys: ['Mod+Shift+K'], when: 'thread', run: inThread((id) => forkThread(id)) },
  { id: 'rename', title: 'Rename', group: 'This thread', keys: ['F2'], when: 'thread', run: inThread(renameThread) },
  { id: 'pin', title: 'Pin or unpin', group: 'This thread', keys: ['Mod+Shift+P'], when: 'thread', run: inThread(togglePin) },
  { id: 'archive', title: 'Archive', group: 'This thread', keys: ['Mod+Shift+E'], when: 'thread', run: inThread(toggleArchive) },
  { id: 'model', title: 'Change model …', group: 'This thread', keys: ['Mod+Shift+M'], when: 'always', run: () => openPalette('model') },
  { id: 'effort', title: 'Change effort …', group: 'This thread', keys: [], when: 'always', run: () => openPalette('effort') },
  { id: 'profile', title: 'Change profile …', group: 'This thread', keys: [], when: 'always', run: () => openPalette('profile') },
  {
    id: 'permissions',
    title: 'Permissions: what it may do, and why',
    group: 'This thread',
    keys: ['Mod+Alt+P'],
    when: 'always',
    run: () => useUi.setState({ permissions: true }),
  },
  { id: 'copy-link', title: 'Copy link', group: 'This thread', keys: [], when: 'thread', run: inThread(copyLink) },
  { id: 'export', title: 'Export as Markdown', group: 'This thread', keys: [], when: 'thread', run: inThread(saveMarkdown) },
  { id: 'delete', title: 'Delete …', group: 'This thread', keys: [], when: 'thread', run: inThread(askDelete) },

  { id: 'toggle-sidebar', title: 'Show or hide the sidebar', group: 'View', keys: ['Mod+B'], when: 'always', run: toggleSidebar },
  { id: 'toggle-dock', title: 'Show or hide the dock', group: 'View', keys: ['Mod+Alt+B', 'Mod+.'], when: 'thread', run: toggleDock },
  { id: 'changes', title: 'Show changes', group: 'View', keys: ['Mod+D'], when: 'thread', run: () => visitDock('changes') },
  { id: 'plan', title: 'Show the plan', group: 'View', keys: [], when: 'thread', run: () => visitDock('plan') },
  { id: 'files', title: 'Show files', group: 'View', keys: [], when: 'thread', run: () => visitDock('files') },
  { id: 'toggle-drawer', title: 'Show or hide running commands', group: 'View', keys: ['Mod+J'], when: 'thread', run: toggleDrawer },
  { id: 'back', title: 'Back', group: 'View', keys: ['Mod+['], when: 'always', run: goBack },
  { id: 'forward', title: 'Forward', group: 'View', keys: ['Mod+]'], when: 'always', run: goForward },

  { id: 'palette', title: 'Command palette', group: 'Window', keys: ['Mod+K'], when: 'always', run: () => openPalette(), hidden: true },
  { id: 'settings', title: 'Settings', group: 'Window', keys: ['Mod+,'], when: 'always', run: () => go({ screen: 'settings' }) },
  {
    id: 'shortcuts',
    title: 'Keyboard shortcuts',
    group: 'Window',
    keys: ['Mod+Shift+/'],
    when: 'always',
    run: () => useUi.setState({ shortcuts: true }),
  },
  { id: 'theme', title: 'Switch between light and dark', group: 'Window', keys: [], when: 'always', run: toggleTheme },
  { id: 'text-larger', title: 'Larger text', group: 'Window', keys: ['Mod+='], when: 'always', run: () => zoomText(1) },
  { id: 'text-smaller', title: 'Smaller text', group: 'Window', keys: ['Mod+-'], when: 'always', run: () => zoomText(-1) },
  { id: 'text-usual', title: 'Usual text size', group: 'Window', keys: ['Mod+0'], when: 'always', run: () => zoomText() },
];

/** What holds now, the narrowest first. */
export function contexts(): When[] {
  const threadId = currentThread();
  if (threadId === undefined) return ['always'];
  const turn = useThreads.getState()[threadId]?.state?.header.turn;
  const held: When[] = ['thread', 'always'];
  if (turn) held.unshift('turn');
  if (turn && turn.approvals.length > 0) held.unshift('approval');
  return held;
}

export function commandOf(id: string): Command | undefined {
  return commands.find((command) => command.id === id);
}

/** Carries out a command where it makes sense. */
export function runCommand(id: string): void {
  const command = commandOf(id);
  if (!command || !contexts().includes(command.when)) return;
  command.run();
}
