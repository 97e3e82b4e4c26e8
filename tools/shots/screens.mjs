// Which screens there are, where each is, and what is done there before the picture is taken.
const sections = ['General', 'Appearance', 'Shortcuts', 'Providers', 'Models', 'Permissions', 'Diagnostics', 'Privacy'];
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
  { name: 'search-empty', place: () => ({ screen: 'search' }) },
  ...settings('settings-empty'),
];

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
    act: (page) =>
      page
        .getByRole('treeitem', { name: /Flaky cart test/ })
        .hover()
        .then(() => page.waitForTimeout(1_200)),
  },
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
