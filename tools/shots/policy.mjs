// The window under an organisation's policy: what is locked, and a file that can't be read.
import { writeFileSync } from 'node:fs';
import { makeProjects, threads } from './data.mjs';

const text = `[profiles]
widest = "workspace"
default = "workspace"
[files]
deny = ["/srv/secrets", "~/Documents"]
[[commands]]
prefix = ["git", "push"]
decision = "ask"
reason = "Pushing is for people."
[approvals]
answers = ["once"]
[network]
access = "list"
hosts = ["registry.npmjs.org"]
[providers]
allowed = ["openai"]
[models]
allowed = ["gpt-5.5", "gpt-5.4*"]
[projects]
trust = "never"
`;

/** Two projects and a thread that asks, under the policy. */
export async function govern({ policy, request, stands }, { model, folder }) {
  writeFileSync(policy, text);
  const projects = {};
  for (const [name, place] of Object.entries(makeProjects(folder)).slice(0, 2)) {
    projects[name] = (await request('project.add', { path: place })).projectId;
  }
  const { id, title, ask, steps } = threads.find((thread) => thread.id === 'push');
  model.on(ask, ...steps);
  const [projectId] = Object.values(projects);
  const { threadId } = await request('thread.start', { projectId, title, provider: 'openai', model: 'gpt-5.5', profile: 'workspace' });
  await request('turn.send', { threadId, input: { text: { text: ask, bytes: ask.length } } });
  await stands(`“${title}” to be waiting`, async () => {
    const [{ status }] = (await request('thread.list', {})).threads;
    return status === 'waiting' ? undefined : status;
  });
  return { projects, ids: { [id]: threadId } };
}

const section = (name) => ({
  name: `policy-settings-${name.toLowerCase()}`,
  place: () => ({ screen: 'settings', section: name }),
  act: (page) => page.getByRole('heading', { level: 1, name }).waitFor(),
});

let invalid = false;

export const policyScreens = [
  section('Policy'),
  section('General'),
  section('Models'),
  section('Providers'),
  section('Permissions'),
  {
    name: 'policy-profile-picker',
    place: () => ({ screen: 'home' }),
    act: async (page) => {
      await page.getByRole('combobox', { name: /^Profile/ }).click();
      await page.getByRole('option', { name: /Full access/ }).waitFor();
    },
  },
  {
    name: 'policy-model-picker',
    place: () => ({ screen: 'home' }),
    act: async (page) => {
      await page.getByRole('combobox', { name: /^Model/ }).click();
      await page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'policy-trust',
    place: ({ projects }) => ({ screen: 'home', projectId: Object.values(projects)[1] }),
    act: async (page) => {
      await page.getByRole('button', { name: 'Trust …' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'policy-approval',
    place: ({ ids }) => ({ screen: 'thread', threadId: ids.push }),
    act: (page) => page.getByRole('button', { name: 'Allow once' }).waitFor(),
    kept: { dock: { open: false, width: 420, tab: 'changes' } },
  },
  {
    // Such a file lets no window be served to a browser, so that this one is told of it on the way.
    name: 'policy-invalid',
    place: () => ({ screen: 'home' }),
    act: async (page) => {
      const file = '/etc/switchyard/policy.toml';
      const problems = [
        {
          line: 12,
          key: 'profiles.widest',
          message: 'profiles.widest must be one of "read-only", "workspace", "full-access"; found the text "workspaces".',
        },
      ];
      const policy = {
        status: 'invalid',
        file,
        hash: '',
        values: { 'profiles.widest': 'read-only' },
        lines: {},
        lost: [],
        problems,
        warnings: [],
      };
      invalid = true;
      await page.routeWebSocket(/connect/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((message) => {
          const told = invalid && typeof message === 'string' && message.includes('"app"') ? JSON.parse(message) : undefined;
          const app = told?.value?.snapshot?.app;
          if (app) app.policy = policy;
          socket.send(app ? JSON.stringify(told) : message);
        });
      });
      await page.reload();
      await page.getByText('Permissions are at their tightest').waitFor();
    },
    after: () => {
      invalid = false;
    },
  },
];
