// The window where there is a sandbox: what is asked there, what was answered, and /permissions.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const shell = (command, more = {}) => ({ name: 'shell', args: { command, ...more } });

export const handsConfig = `[[profiles.workspace.commands]]
prefix = ["git", "push"]
decision = "ask"
reason = "Pushing is for people."
examples = ["git push origin main"]

[[profiles.workspace.commands]]
prefix = ["npm", "publish"]
decision = "forbid"
reason = "Releases are made by CI."

[profiles.careful]
extends = "workspace"
about = "For the shop: one registry, and no secrets."
network = ["registry.npmjs.org", "*.example.com:443"]
environment = ["JAVA_HOME"]

[profiles.careful.filesystem]
":project/secrets" = "deny"
"~/notes" = "write"
`;

const patchOutside = (folder) =>
  `*** Begin Patch\n*** Add File: ${path.join(folder, 'CHANGELOG-shop.md')}\n+# 2.4.0\n+\n+Discounts on invoices.\n*** End Patch\n`;

/** Threads as in data.mjs; \`answers\` are given to what is asked, one after another. */
export const handsThreads = (place) => [
  {
    id: 'outside',
    age: 4,
    project: 'web-shop',
    title: 'Start the database for the tests',
    profile: 'workspace',
    ask: 'Start the database.',
    steps: [
      {
        text: 'The database runs in a container, and containers can’t be started from here.',
        calls: [
          shell('docker compose --file compose.test.yml up --detach --wait database', {
            outside: true,
            reason: 'The tests need PostgreSQL, and Docker’s socket can’t be reached from the sandbox.',
          }),
        ],
      },
      { text: 'It runs.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'hosts',
    age: 9,
    project: 'web-shop',
    title: 'Install the new SDK',
    profile: 'workspace',
    ask: 'Install the new SDK.',
    steps: [
      {
        text: 'The SDK comes from npm, and its binary from a second host.',
        calls: [
          shell('npm install --save-exact @payments/sdk@4.1.0', {
            hosts: ['registry.npmjs.org', 'downloads.payments.example'],
            reason: 'npm fetches the package, and its install step a native library.',
          }),
        ],
      },
      { text: 'Installed.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'three',
    age: 2,
    project: 'web-shop',
    title: 'Release 2.4.0',
    profile: 'workspace',
    ask: 'Release 2.4.0.',
    steps: [
      {
        text: 'Three things are left to do, and each is for you to decide.',
        calls: [
          shell('git push --follow-tags origin main'),
          shell('npm audit --omit dev', { hosts: ['registry.npmjs.org'], reason: 'The list of known holes comes from the registry.' }),
          { name: 'apply_patch', args: { patch: patchOutside(place) } },
        ],
      },
      { text: 'Released.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'mixed',
    age: 3,
    project: 'infra',
    title: 'Plan the network change',
    profile: 'workspace',
    ask: 'Plan it.',
    steps: [
      {
        calls: [
          shell('git push origin plan'),
          shell('terraform plan -out plan.bin', { hosts: ['registry.terraform.io'] }),
          shell('terraform apply plan.bin', { outside: true, reason: 'The state file lies on the office’s share.' }),
        ],
      },
      { text: 'Planned.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'autorun',
    age: 12,
    project: 'docs-site',
    title: 'Set up the editor',
    profile: 'workspace',
    ask: 'Set up the editor.',
    steps: [
      {
        text: 'A task for the preview, and the environment for it.',
        calls: [
          shell(
            `mkdir -p .vscode && printf '{\\n  "tasks": [\\n    { "label": "preview", "command": "npm run docs", "runOptions": { "runOn": "folderOpen" } }\\n  ]\\n}\\n' > .vscode/tasks.json && printf 'export DOCS_PORT=4000\\n' > .envrc`,
          ),
        ],
      },
      { text: 'Done.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'trace',
    age: 30,
    project: 'billing-service',
    title: 'Publish the report',
    profile: 'workspace',
    ask: 'Publish the report.',
    steps: [
      { text: 'I push it first.', calls: [shell('echo pushing; true || git push origin reports')] },
      { calls: [shell('date; uname -s', { outside: true, reason: 'The date of the machine itself.' })] },
      { calls: [shell('git push --force origin reports')] },
      { calls: [shell('echo published', { hosts: ['reports.example.com'] })] },
      { calls: [shell('printf "use flake\\n" > .envrc')] },
      { text: 'The report is out. Two things were not done, as you wished.' },
    ],
    answers: [['always'], ['once'], ['no', 'Never with force'], ['thread'], ['no']],
  },
];

/** More of the projects, before they are added. */
export function prepareHands(paths) {
  const docs = paths['docs-site'];
  mkdirSync(path.join(docs, '.agents/skills/preview'), { recursive: true });
  writeFileSync(path.join(docs, '.agents/skills/preview/SKILL.md'), '---\nname: preview\n---\nShow the pages.\n');
  mkdirSync(path.join(docs, 'guide'), { recursive: true });
  writeFileSync(path.join(docs, 'guide/AGENTS.md'), 'Write for beginners.\n');
  writeFileSync(path.join(docs, '.switchyard/environment.toml'), 'setup = "npm ci"\n');
}

const thread =
  (id) =>
  ({ ids }) => ({ screen: 'thread', threadId: ids[id] });
const withoutDock = { dock: { open: false, width: 420, tab: 'changes' } };
const card = (page) => page.getByRole('region', { name: /^Needs you: / });
const asked = (name, id, act = async () => undefined) => ({
  name: `hands-${name}`,
  place: thread(id),
  kept: withoutDock,
  act: async (page, data, world) => {
    await card(page).waitFor();
    await act(page, data, world);
  },
});
const panel = async (page) => {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('/permissions');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Permissions' }).getByText('Always allowed in').first().waitFor();
  await page.getByRole('heading', { name: 'Environment' }).waitFor();
};
const permissions = (name, id, act = async () => undefined) => ({
  name: `permissions-${name}`,
  place: thread(id),
  kept: withoutDock,
  act: async (page, data, world) => {
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
    await panel(page);
    await act(page, data, world);
  },
});
const trying = (kind, text) => async (page) => {
  await page.getByRole('radio', { name: kind }).click();
  await page.getByRole('textbox', { name: 'What to try' }).fill(text);
  await page.getByRole('list', { name: 'What would happen' }).waitFor();
};

export const handsScreens = [
  asked('outside', 'outside'),
  asked('hosts', 'hosts'),
  asked('hosts-always', 'hosts', (page) => page.getByRole('button', { name: 'Always …' }).click()),
  asked('autorun', 'autorun'),
  asked('three', 'three'),
  asked('three-focused', 'three', async (page) => {
    await page.keyboard.press('Control+Shift+Enter');
    await page.keyboard.press('ArrowDown');
  }),
  asked('mixed', 'mixed'),
  { ...asked('narrow', 'mixed'), sizes: [{ width: 720, height: 640 }] },
  {
    name: 'hands-three-answered',
    place: thread('three'),
    kept: withoutDock,
    act: async (page) => {
      await card(page)
        .getByRole('group', { name: /^1 of 3/ })
        .getByRole('button', { name: 'Allow once' })
        .click();
      await page.getByText('1 answered, 2 open').waitFor();
    },
  },
  {
    name: 'hands-trace',
    place: thread('trace'),
    kept: withoutDock,
    act: (page) => page.getByText('Two things were not done').waitFor(),
  },
  {
    name: 'hands-trace-opened',
    place: thread('trace'),
    kept: withoutDock,
    act: async (page) => {
      await page.getByText('Two things were not done').waitFor();
      const folded = page.getByRole('log', { name: 'Transcript' }).getByRole('button', { expanded: false });
      for (let most = 8; most > 0 && (await folded.count()) > 0; most -= 1) await folded.first().dispatchEvent('click');
    },
  },
  permissions('thread', 'trace'),
  permissions('command', 'trace', trying('Command', 'cd reports && git push origin main')),
  permissions('path', 'trace', trying('Path', '~/.ssh/id_ed25519')),
  permissions('host', 'trace', trying('Host', 'registry.npmjs.org')),
  permissions('rules', 'trace', (page) => page.getByRole('heading', { name: 'Environment' }).scrollIntoViewIfNeeded()),
  { ...permissions('narrow', 'trace'), sizes: [{ width: 720, height: 640 }] },
  permissions('stores', 'trace', (page) => page.getByRole('button', { name: /places with keys/ }).click()),
  {
    name: 'hands-full-access',
    place: thread('trace'),
    kept: withoutDock,
    act: async (page, { ids }, { request }) => {
      await request('thread.configure', { threadId: ids.trace, profile: 'full-access' });
      await page.getByRole('button', { name: 'Full access', exact: true }).waitFor();
    },
    after: () => undefined,
  },
  permissions('full-access', 'trace'),
  {
    name: 'hands-custom',
    place: thread('trace'),
    kept: withoutDock,
    act: async (page, { ids }, { request }) => {
      await request('thread.configure', { threadId: ids.trace, profile: 'careful' });
      await page.getByRole('combobox', { name: 'Profile: careful' }).click();
      await page.getByRole('option', { name: /Full access/ }).waitFor();
    },
  },
  permissions('custom', 'trace'),
  {
    name: 'trust-question',
    place: ({ projects }) => ({ screen: 'home', projectId: projects['docs-site'] }),
    act: (page) => page.getByRole('button', { name: 'Not now' }).waitFor(),
  },
  {
    name: 'trust-not-now',
    place: ({ projects }) => ({ screen: 'home', projectId: projects['docs-site'] }),
    act: async (page) => {
      await page.getByRole('button', { name: 'Not now' }).click();
      await page.getByText('is not trusted').waitFor();
    },
  },
  {
    name: 'trust-read',
    place: ({ projects }) => ({ screen: 'home', projectId: projects['docs-site'] }),
    act: async (page) => {
      await page.getByRole('button', { name: 'Read them first' }).click();
      await page.getByRole('dialog').getByText('AGENTS.md', { exact: true }).click();
      await page.getByText('Short sentences.').waitFor();
    },
  },
  {
    name: 'hands-settings-permissions',
    place: () => ({ screen: 'settings', section: 'Permissions' }),
    act: (page) => page.getByRole('heading', { name: 'Environment' }).waitFor(),
  },
  {
    name: 'hands-settings-diagnostics',
    place: () => ({ screen: 'settings', section: 'Diagnostics' }),
    act: (page) => page.getByText('Check again').waitFor(),
  },
];
