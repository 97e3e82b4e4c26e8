// Which screens there are, where each is, and what is done there before the picture is taken.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const sections = ['General', 'Appearance', 'Shortcuts', 'Providers', 'Models', 'Permissions', 'Policy', 'Diagnostics', 'Privacy'];
const settings = (prefix) =>
  sections.map((section) => ({
    name: `${prefix}-${section.toLowerCase()}`,
    place: () => ({ screen: 'settings', section }),
    act: (page) => page.getByRole('heading', { level: 1, name: section }).waitFor(),
  }));

const thread =
  (id) =>
  ({ ids }) => ({ screen: 'thread', threadId: ids[id] });
const dock = (tab, more = {}) => ({ dock: { open: true, width: 420, tab }, ...more });
const withoutDock = { dock: { open: false, width: 420, tab: 'changes' } };
const calm = (page) => page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();

async function openLines(page) {
  await calm(page);
  const folded = page.getByRole('log', { name: 'Transcript' }).getByRole('button', { expanded: false });
  for (let most = 8; most > 0 && (await folded.count()) > 0; most -= 1) await folded.last().dispatchEvent('click');
}

async function toTop(page) {
  await calm(page);
  await page.getByRole('log', { name: 'Transcript' }).focus();
  await page.keyboard.press('Home');
  // The browser may scroll there smoothly.
  await page.waitForFunction(() => document.querySelector('[data-transcript]')?.scrollTop === 0);
}

export const emptyScreens = [
  { name: 'first-run', act: (page) => page.getByText('Provider', { exact: true }).waitFor() },
  {
    name: 'first-run-add-project',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a folder' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'first-run-add-wrong',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a folder' }).click();
      await page.getByRole('textbox', { name: 'Folder on this machine' }).fill('/home/me/web-shpo');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'search-empty', place: () => ({ screen: 'search' }) },
  ...settings('settings-empty'),
  {
    name: 'home-first-project',
    act: async (page, _data, { request, place }) => {
      mkdirSync(path.join(place, 'own'));
      await request('project.add', { path: path.join(place, 'own') });
      await page.getByText('Say what should be different').waitFor();
    },
  },
  // Last: nothing comes through to the window any more.
  {
    name: 'starting',
    act: async (page) => {
      await page.routeWebSocket(/./, () => undefined);
      await page.reload();
      await page.getByText('Starting …').waitFor();
    },
  },
];

const sidebar = (page) => page.getByRole('tree', { name: 'Projects and threads' });
const projectItem = async (page, project, item) => {
  await sidebar(page).getByRole('treeitem', { name: project }).click({ button: 'right' });
  if (item) await page.getByRole('menuitem', { name: item }).click();
};
const narrow = [{ width: 720, height: 640 }];
const broken = 'model = "gpt-5.5\n';
const partly =
  'colour = "blue"\n\n[providers.workshop]\nkind = "openai-compatible"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "qwen3-coder"\napi_key_env = "WORKSHOP_KEY"\ntimeout = 5\n';
const config = ({ home }) => path.join(home, 'config.toml');
const rewrite = async (page, world, text) => {
  writeFileSync(config(world), text);
  await page.reload();
  await world.ready();
};
const restore = (_page, world) => rmSync(config(world), { force: true });

export const fullScreens = [
  // First, for their model says nothing more and is given up after a minute.
  { name: 'thread-working', place: thread('migration'), kept: withoutDock, act: calm },
  { name: 'thread-drawer', place: thread('migration'), kept: { ...dock('plan'), drawer: { open: true, height: 200 } }, act: calm },
  { name: 'thread-plan', place: thread('migration'), kept: dock('plan'), act: calm },
  { name: 'home' },
  { name: 'home-compact', kept: { density: 'compact', fontSize: 12 } },
  { name: 'home-large', kept: { fontSize: 16 } },
  { name: 'home-no-sidebar', kept: { sidebar: { open: false, width: 248 } } },
  {
    name: 'home-commands',
    act: async (page) => {
      await page.getByRole('textbox').fill('/');
      await page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'home-trust',
    place: ({ projects }) => ({ screen: 'home', projectId: projects['billing-service'] }),
    act: (page) => page.getByRole('button', { name: 'Trust …' }).click(),
  },
  {
    name: 'home-untrusted',
    place: ({ projects }) => ({ screen: 'home', projectId: projects['docs-site'] }),
    act: (page) => page.getByRole('button', { name: 'Not now' }).waitFor(),
  },
  {
    name: 'home-trust-files',
    place: ({ projects }) => ({ screen: 'home', projectId: projects['docs-site'] }),
    act: async (page) => {
      await page.getByRole('button', { name: 'Read them first …' }).click();
      await page.getByRole('dialog').getByText('AGENTS.md', { exact: true }).click();
    },
  },
  {
    name: 'home-project',
    act: async (page) => {
      await page.getByRole('combobox', { name: /^Project/ }).click();
      await page.getByRole('listbox').waitFor();
    },
  },
  { name: 'home-attachments', act: attach },
  {
    name: 'home-model',
    act: async (page) => {
      await page.getByRole('combobox', { name: /^Model/ }).click();
      await page.getByRole('listbox').waitFor();
    },
  },
  { name: 'sidebar-archive', act: (page) => page.getByRole('treeitem', { name: /Archived/ }).click() },
  {
    name: 'sidebar-menu',
    act: (page) => page.getByRole('treeitem', { name: /Flaky cart test/ }).click({ button: 'right' }),
  },
  {
    name: 'sidebar-card',
    hovers: true,
    act: (page) =>
      page
        .getByRole('treeitem', { name: /Flaky cart test/ })
        .hover()
        .then(() => page.waitForTimeout(1_200)),
  },
  { name: 'sidebar-project-menu', act: (page) => projectItem(page, /docs-site/) },
  {
    name: 'sidebar-folded',
    kept: { sidebar: { open: true, width: 220 } },
    act: async (page) => {
      for (const name of [/^web-shop/, /^docs-site/]) await sidebar(page).getByRole('treeitem', { name }).click();
    },
    after: async (page) => {
      for (const name of [/^web-shop/, /^docs-site/]) await sidebar(page).getByRole('treeitem', { name }).click();
    },
  },
  { name: 'sidebar-rename', act: (page) => projectItem(page, /Flaky cart test/, 'Rename') },
  { name: 'sidebar-rename-project', act: (page) => projectItem(page, /^infra/, 'Rename') },
  { name: 'sidebar-remove', act: (page) => projectItem(page, /^billing-service/, /Take off/) },
  { name: 'sidebar-untrust', act: (page) => projectItem(page, /^web-shop/, /Stop trusting/) },
  {
    name: 'sidebar-hint',
    hovers: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Settings', exact: true }).hover();
      await page.getByText('Ctrl+,').waitFor();
    },
  },
  { name: 'narrow-home', sizes: narrow },
  {
    name: 'narrow-sidebar',
    sizes: narrow,
    act: (page) => page.getByRole('button', { name: 'Show sidebar' }).click(),
  },
  { name: 'narrow-settings', sizes: narrow, place: () => ({ screen: 'settings', section: 'Permissions' }) },
  { name: 'narrow-models', sizes: narrow, place: () => ({ screen: 'settings', section: 'Models' }) },
  { name: 'narrow-shortcuts', sizes: narrow, act: (page) => page.keyboard.press('Control+Shift+/') },
  { name: 'narrow-palette', sizes: narrow, place: thread('invoice'), kept: withoutDock, act: palette('') },
  {
    name: 'crash',
    // A page of the settings that there is none of.
    place: () => ({ screen: 'settings', section: 'Weather' }),
    act: (page) => page.getByText('This part of the window broke').waitFor(),
  },
  { name: 'thread-missing', place: () => ({ screen: 'thread', threadId: 'thr_gone' }) },
  { name: 'thread-idle', place: thread('invoice'), kept: withoutDock, act: calm },
  { name: 'thread-top', place: thread('invoice'), kept: withoutDock, act: toTop },
  { name: 'thread-opened', place: thread('invoice'), kept: withoutDock, act: (page) => toTop(page).then(() => openLines(page)) },
  { name: 'thread-changes', place: thread('invoice'), kept: dock('changes'), act: openFiles },
  {
    name: 'thread-changes-split',
    place: thread('invoice'),
    kept: dock('changes', { dock: { open: true, width: 640, tab: 'changes' }, diff: { split: true, wrap: true } }),
    act: openFiles,
  },
  { name: 'thread-files', place: thread('invoice'), kept: dock('files'), act: calm },
  {
    name: 'thread-file',
    place: thread('invoice'),
    kept: dock('files'),
    act: (page) => page.getByRole('tabpanel').getByRole('button', { name: 'invoice.ts' }).click(),
  },
  { name: 'thread-plan-empty', place: thread('docs'), kept: dock('plan'), act: calm },
  { name: 'thread-changes-empty', place: thread('docs'), kept: dock('changes'), act: calm },
  { name: 'thread-drawer-empty', place: thread('docs'), kept: { ...withoutDock, drawer: { open: true, height: 200 } }, act: calm },
  { name: 'thread-approval', place: thread('push'), kept: withoutDock, act: calm },
  {
    name: 'thread-approval-note',
    place: thread('push'),
    kept: withoutDock,
    act: async (page) => {
      await page.getByRole('button', { name: /^No, with/ }).click();
      await page.keyboard.type('Not before the weekend');
    },
  },
  { name: 'thread-approval-change', place: thread('change'), kept: withoutDock, act: calm },
  { name: 'thread-question', place: thread('question'), kept: withoutDock, act: calm },
  { name: 'thread-failed', place: thread('failed'), kept: withoutDock, act: calm },
  { name: 'thread-long', place: thread('review'), kept: withoutDock, act: calm },
  { name: 'thread-long-top', place: thread('review'), kept: withoutDock, act: toTop },
  {
    name: 'thread-find',
    place: thread('review'),
    kept: withoutDock,
    act: async (page) => {
      await calm(page);
      await page.keyboard.press('Control+F');
      await page.keyboard.type('pool');
      await page.getByText(/^\d+ of \d+$/).waitFor();
    },
  },
  {
    name: 'thread-menu',
    place: thread('invoice'),
    kept: withoutDock,
    act: (page) => page.getByRole('button', { name: 'More about this thread' }).click(),
  },
  {
    name: 'thread-delete',
    place: thread('invoice'),
    kept: withoutDock,
    act: async (page) => {
      await page.getByRole('button', { name: 'More about this thread' }).click();
      await page.getByRole('menuitem', { name: /Delete/ }).click();
    },
  },
  {
    name: 'thread-rename',
    place: thread('invoice'),
    kept: withoutDock,
    act: (page) => calm(page).then(() => page.keyboard.press('F2')),
  },
  {
    name: 'search',
    place: () => ({ screen: 'search' }),
    act: async (page) => {
      await page.getByRole('combobox').fill('connections');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'search-nothing',
    place: () => ({ screen: 'search' }),
    act: async (page) => {
      await page.getByRole('combobox').fill('zeppelin');
      await page.getByText(/Nothing was said/).waitFor();
    },
  },
  { name: 'palette', place: thread('invoice'), kept: withoutDock, act: palette('') },
  { name: 'palette-found', place: thread('invoice'), kept: withoutDock, act: palette('re') },
  { name: 'palette-nothing', place: thread('invoice'), kept: withoutDock, act: palette('zeppelin') },
  {
    name: 'palette-model',
    place: thread('invoice'),
    kept: withoutDock,
    act: (page) => palette('change model')(page).then(() => page.keyboard.press('Enter')),
  },
  {
    name: 'palette-project',
    place: thread('invoice'),
    kept: withoutDock,
    act: (page) => palette('new thread in')(page).then(() => page.keyboard.press('Enter')),
  },
  {
    name: 'shortcuts',
    place: thread('invoice'),
    kept: withoutDock,
    act: (page) => calm(page).then(() => page.keyboard.press('Control+Shift+/')),
  },
  ...settings('settings'),
  {
    name: 'settings-providers-key',
    place: () => ({ screen: 'settings', section: 'Providers' }),
    act: async (page) => {
      const card = page.getByRole('region', { name: 'OpenAI', exact: true });
      await card.getByRole('button', { name: 'Test' }).click();
      await card.getByRole('status').waitFor();
      await card.getByRole('button', { name: 'Add key' }).click();
    },
  },
  {
    name: 'settings-general-left-out',
    place: () => ({ screen: 'settings', section: 'General' }),
    act: (page, _data, world) => rewrite(page, world, partly).then(() => page.getByText(/^colour is not/).waitFor()),
    after: restore,
  },
  {
    name: 'start-refused',
    act: async (page, _data, world) => {
      writeFileSync(config(world), broken);
      await page.reload();
      await page.getByRole('alert').waitFor();
    },
    after: restore,
  },
  {
    name: 'settings-providers-own',
    place: () => ({ screen: 'settings', section: 'Providers' }),
    act: async (page, _data, world) => {
      await rewrite(page, world, partly);
      const card = page.getByRole('region', { name: 'workshop', exact: true });
      await card.getByRole('button', { name: 'Test' }).click();
      await card.getByRole('status').waitFor();
    },
    after: restore,
  },
  {
    name: 'settings-providers-remove',
    place: () => ({ screen: 'settings', section: 'Providers' }),
    act: async (page, _data, world) => {
      await world.request('key.set', { name: 'OPENAI_API_KEY', value: 'not-a-real-key' });
      await page.reload();
      await world.ready();
      await page.getByRole('button', { name: 'Remove key' }).click();
    },
    after: (_page, world) => world.request('key.remove', { name: 'OPENAI_API_KEY' }),
  },
  {
    name: 'settings-shortcuts-recording',
    place: () => ({ screen: 'settings', section: 'Shortcuts' }),
    kept: { keys: { 'new-thread': 'Mod+Alt+T' } },
    act: (page) => page.getByRole('button', { name: /^Search threads: / }).press('Enter'),
  },
  {
    name: 'settings-shortcuts-nothing',
    place: () => ({ screen: 'settings', section: 'Shortcuts' }),
    act: (page) => page.getByRole('textbox', { name: 'Find a command' }).fill('zeppelin'),
  },
  {
    name: 'settings-shortcuts-conflict',
    place: () => ({ screen: 'settings', section: 'Shortcuts' }),
    act: async (page) => {
      await page.getByRole('button', { name: /^Search threads: / }).press('Enter');
      await page.keyboard.press('Control+K');
    },
  },
  {
    name: 'toasts',
    place: thread('invoice'),
    kept: withoutDock,
    act: async (page) => {
      await calm(page);
      await page.keyboard.press('Control+Shift+P');
      await page.keyboard.press('Control+Shift+K');
      await page.getByText('A fork: it goes on from here').waitFor();
      await page.getByRole('log', { name: 'Transcript' }).getByText('rounded once').first().waitFor();
    },
  },
  {
    name: 'toasts-wrong',
    act: async (page) => {
      await sidebar(page)
        .getByRole('treeitem', { name: /Move payments/ })
        .press('Delete');
      await page.locator('[aria-live=polite]').getByRole('button', { name: 'Dismiss' }).waitFor();
    },
  },
  {
    name: 'thread-streaming',
    place: thread('docs'),
    kept: withoutDock,
    act: async (page, { ids }, { request }) => {
      await calm(page);
      const text = 'Write down what the flags did.';
      await request('turn.send', { threadId: ids.docs, input: { text: { text, bytes: text.length } } });
      await page.getByText('The old flag').waitFor();
    },
  },
  // Last: it takes the connection away.
  {
    name: 'link-down',
    place: thread('invoice'),
    kept: withoutDock,
    act: async (page, _data, { kill }) => {
      await calm(page);
      kill();
      await page.locator('html[data-connection=down]').waitFor();
    },
  },
];

async function openFiles(page) {
  const list = page.getByRole('list', { name: 'Changed files' });
  await list.waitFor();
  const folded = list.getByRole('button', { expanded: false });
  for (let most = 5; most > 0 && (await folded.count()) > 0; most -= 1) await folded.first().click();
}

async function attach(page) {
  await page.getByRole('textbox').fill('Make the chart on the start page look like this one, and use the numbers of the log.');
  await page.evaluate(
    (text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      document
        .querySelector('[data-composer]')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    Array.from({ length: 120 }, (_, n) => `2026-11-23 07:12:${String(n % 60).padStart(2, '0')} GET /cart 200 ${n} ms`).join('\n'),
  );
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(240, 160);
    const context = canvas.getContext('2d');
    context.fillStyle = '#267876';
    for (const [at, height] of [40, 90, 70, 120].entries()) context.fillRect(20 + at * 54, 150 - height, 36, height);
    const file = new File([await canvas.convertToBlob()], 'chart.png', { type: 'image/png' });
    const clipboardData = new DataTransfer();
    clipboardData.items.add(file);
    document
      .querySelector('[data-composer]')
      ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.getByText('chart.png').waitFor();
}

function palette(words) {
  return async (page) => {
    await calm(page);
    await page.keyboard.press('Control+K');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type(words);
  };
}
