// What the screenshots show: projects, and what the model says and does in each thread of them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';

const invoice = `import { discountFor } from './discount.ts';

export interface Line {
  article: string;
  quantity: number;
  /** In cents. */
  price: number;
}

/** The total of an invoice in cents, each line rounded once. */
export function total(lines: readonly Line[]): number {
  let sum = 0;
  for (const { quantity, price } of lines) {
    sum += quantity * price;
  }
  return sum;
}
`;

const files = {
  'web-shop': {
    'README.md': '# Web shop\n\nThe shop of the corner store.\n',
    'AGENTS.md': 'Run `npm test` before you say that something works.\nKeep functions short.\n',
    'package.json': '{ "name": "web-shop", "type": "module", "scripts": { "test": "node --test" } }\n',
    'src/invoice.ts': invoice,
    'src/discount.ts': 'export const discountFor = (quantity: number): number => (quantity >= 10 ? 10 : 0);\n',
    'src/cart/cart.ts': 'export const cart = [];\n',
    'src/cart/cart-view.ts': 'export const view = () => "cart";\n',
    'src/payments/provider.ts': 'export const provider = "old";\n',
    'test/invoice.test.ts': "import test from 'node:test';\n\ntest('adds up', () => {});\n",
  },
  infra: { 'main.tf': 'resource "null_resource" "x" {}\n', 'modules/network/vpc.tf': '# vpc\n' },
  'billing-service': { 'go.mod': 'module billing\n', 'main.go': 'package main\n\nfunc main() {}\n' },
  'docs-site': {
    'index.md': '# Docs\n',
    'AGENTS.md':
      '# How we write\n\nShort sentences. No page without an example that runs.\nBuild with `npm run docs` and look at the pages before you say that they are done.\n',
    '.switchyard/config.toml': 'model = "gpt-5.4"\nprofile = "read-only"\n',
  },
};

/** Makes the projects as git repositories below a folder; answers name → path. */
export function makeProjects(folder) {
  const paths = {};
  for (const [name, content] of Object.entries(files)) {
    const place = path.join(folder, name);
    for (const [file, text] of Object.entries(content)) {
      mkdirSync(path.join(place, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(place, file), text);
    }
    const git = (...args) => execFileSync('git', args, { cwd: place, env: { PATH: process.env.PATH, HOME: folder } });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('-c', 'user.name=Shots', '-c', 'user.email=shots@example.com', 'commit', '--quiet', '--message', 'first');
    paths[name] = place;
  }
  return paths;
}

const patch = (...lines) => `*** Begin Patch\n${lines.join('\n')}\n*** End Patch\n`;
const mend = patch(
  '*** Update File: src/invoice.ts',
  '@@ export function total(lines: readonly Line[]): number {',
  '   let sum = 0;',
  '   for (const { quantity, price } of lines) {',
  '-    sum += quantity * price;',
  '+    const full = quantity * price;',
  '+    sum += Math.round((full * (100 - discountFor(quantity))) / 100);',
  '   }',
  '   return sum;',
  '*** Update File: test/invoice.test.ts',
  '@@',
  " import test from 'node:test';",
  "+import assert from 'node:assert/strict';",
  "+import { total } from '../src/invoice.ts';",
  ' ',
  "-test('adds up', () => {});",
  "+test('takes ten per cent off ten pieces', () => {",
  "+  assert.equal(total([{ article: 'apple', quantity: 10, price: 99 }]), 891);",
  '+});',
  '*** Add File: docs/discounts.md',
  '+# Discounts',
  '+',
  '+Ten pieces of one article cost ten per cent less. Each line is rounded once, to whole cents.',
);

const steps = (done, active) =>
  ['Read the payment module', 'Run the contract tests', 'Move to the new SDK', 'Mend the three failing tests', 'Write the change down'].map(
    (text, at) => ({ text, status: at < done ? 'done' : at === active ? 'active' : 'pending' }),
  );

const prose = `The totals were wrong because \`total\` in \`src/invoice.ts\` never asked \`discountFor\`. Each line now takes its own discount and is **rounded once**, as the price list says.

## What changed

| File | What | Why |
|---|---|---|
| \`src/invoice.ts\` | each line takes its discount | the total ignored it |
| \`test/invoice.test.ts\` | one new test | nothing covered ten pieces |
| \`docs/discounts.md\` | new | the rule stood nowhere |

The new line, for the record:

\`\`\`ts
const full = quantity * price;
// Half a cent goes up, as the tax office wants it.
sum += Math.round((full * (100 - discountFor(quantity))) / 100);
\`\`\`

## What is open

1. Invoices of last month are *not* corrected. There are about 340 of them.
2. \`discountFor\` knows one step only; the price list has two:
   - ten per cent from 10 pieces on
   - fifteen from 50 on
- [x] \`npm test\` passes
- [ ] The export to the bookkeeper still rounds by itself

> Rounding happens once per line, never on the sum.

See the [notes on rounding](https://example.com/rounding) for the reasons.`;

const long = Array.from(
  { length: 12 },
  (_, n) => `### ${n + 1}. A finding of the review

The module \`src/part-${n}.ts\` opens a connection for every request and leaves it to the garbage collector. Under load that means some ${n * 40 + 120} connections, which is more than the database allows. A pool of ten would do.

\`\`\`ts
export async function load${n}(id: string): Promise<Row> {
  const client = await pool.connect();
  try {
    return await client.query('select * from rows where id = $1', [id]);
  } finally {
    client.release();
  }
}
\`\`\``,
).join('\n\n');

const shell = (command, more = {}) => ({ name: 'shell', args: { command, ...more } });
const read = (file) => ({ name: 'read_file', args: { path: file } });
const testRun = `printf '\\033[1m▶ invoice\\033[0m\\n\\033[32m  ✔ adds up (0.4 ms)\\033[0m\\n\\033[31m  ✖ takes ten per cent off ten pieces (1.2 ms)\\033[0m\\n\\nℹ tests 2\\nℹ pass 1\\nℹ fail 1\\n\\n  AssertionError: Expected values to be strictly equal:\\n\\n  990 !== 891\\n'; exit 1`;

/** Threads: how many minutes ago, which project, what is asked, under which profile, how the model answers, and in which state the thread is left. */
export const threads = [
  {
    id: 'invoice',
    age: 52,
    project: 'web-shop',
    title: 'Invoice totals ignore discounts',
    ask: 'The invoice total ignores discounts. Make it follow the price list in @docs/prices.pdf, and add a test that fails without the change.',
    image: true,
    steps: [
      {
        reasoning: '**Looking for the sum.** The total is in the invoice module; the discount has a module of its own.',
        text: 'I look at the invoice module and at its tests first.',
        calls: [read('src/invoice.ts'), read('src/discount.ts'), { name: 'search', args: { pattern: 'total' } }, shell(testRun)],
      },
      { text: 'One test fails for the reason you name. I change the sum.', calls: [{ name: 'apply_patch', args: { patch: mend } }] },
      { calls: [shell('printf "ℹ tests 2\\nℹ pass 2\\nℹ fail 0\\n"; sleep 0.3'), shell('git diff --stat')] },
      { text: prose, usage: { input: 18_204, cached: 9_000, output: 1_310, reasoning: 400 } },
    ],
  },
  {
    id: 'migration',
    project: 'web-shop',
    title: 'Move payments to the new SDK',
    ask: 'Move the payments module to the new SDK. The contract tests must pass.',
    steps: [
      {
        reasoning: '**Planning the move**',
        text: 'A plan first, and a watcher for the tests in the background.',
        calls: [
          { name: 'update_plan', args: { steps: steps(2, 2), note: 'The old SDK stays until the contract tests pass.' } },
          shell('while true; do echo "watching src and test for changes …"; sleep 30; done', { background: true }),
          shell('for n in 1 2 3 4; do echo "contract test $n: ok"; done'),
        ],
      },
      {
        reasoning: '**Reading the adapter**\n\nThe old client retries by itself; the new one leaves that to its caller.',
        text: 'The new client has no retries of its own, so the adapter has to bring them. I keep the three attempts that the old one made, with the same waits between them:\n\n```ts\nconst waits = [200, 800, 3200];\nfor (const [attempt, wait] of waits.entries()) {\n  try {\n    return await client.charge(order);\n  } catch (error) {\n    if (!isTransient(error) || attempt === waits.length - 1) throw error;\n    await sleep(wait);\n',
        fault: 'hang-after',
        deltas: 40,
      },
    ],
    queue: ['When that is done, delete the old SDK from package.json.', 'And write two sentences about it into CHANGELOG.md'],
    leave: 'working',
  },
  {
    id: 'push',
    age: 8,
    project: 'web-shop',
    title: 'Release 2.4.0',
    profile: 'workspace',
    ask: 'Tag 2.4.0 and push it.',
    steps: [
      {
        text: 'The tree is clean and the tests pass. This is what would go out:',
        calls: [
          shell(
            "git tag --annotate v2.4.0 --message 'Release 2.4.0: discounts on invoices, the new payment SDK, and a faster cart' && git push --follow-tags origin main",
          ),
        ],
      },
      { text: 'Released.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'change',
    age: 190,
    project: 'infra',
    title: 'Terraform: one address more for the office',
    profile: 'workspace',
    ask: 'Allow the new office address.',
    steps: [
      {
        text: 'One rule is enough.',
        calls: [
          {
            name: 'apply_patch',
            args: {
              patch: patch(
                '*** Update File: main.tf',
                '@@',
                '-resource "null_resource" "x" {}',
                '+resource "aws_security_group_rule" "office" {',
                '+  type        = "ingress"',
                '+  from_port   = 443',
                '+  to_port     = 443',
                '+  protocol    = "tcp"',
                '+  cidr_blocks = ["198.51.100.7/32"]',
                '+}',
              ),
            },
          },
        ],
      },
      { text: 'Done.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'question',
    age: 26,
    project: 'billing-service',
    title: 'Rounding of foreign currencies',
    ask: 'Round amounts in foreign currencies as the bank does.',
    steps: [
      {
        text: 'The bank has changed its rule this year, and both are in the code.',
        calls: [
          {
            name: 'ask_user',
            args: {
              question: 'Which rule is meant for amounts of **exactly half a cent**? The old one is still used by the monthly export.',
              choices: [
                'Half up, as on invoices',
                'Half to even, as the bank does since January',
                'Leave the export as it is and use the new rule elsewhere',
              ],
            },
          },
        ],
      },
      { text: 'Good.' },
    ],
    leave: 'waiting',
  },
  {
    id: 'failed',
    age: 420,
    project: 'billing-service',
    title: 'Nightly report is empty',
    ask: 'Find out why the nightly report is empty.',
    steps: [
      { text: 'I look at the last run.', calls: [shell('echo "report: 0 rows"')] },
      {
        text: 'x',
        fault: {
          kind: 'status',
          status: 403,
          code: 'insufficient_permissions',
          message: 'You have insufficient permissions for this operation. Missing scopes: model.request.',
        },
      },
    ],
    leave: 'failed',
  },
  {
    id: 'review',
    age: 310,
    project: 'billing-service',
    title: 'Review of the connection handling, module by module, with everything that was found on the way',
    ask: `Review how connections are handled.\n\nWhat I know so far:\n${Array.from({ length: 24 }, (_, n) => `- module ${n + 1} opened ${n * 7 + 3} connections in the last hour`).join('\n')}`,
    steps: [{ reasoning: '**Reading**', calls: [shell('seq 1 400'), read('main.go')] }, { text: long }],
  },
  {
    id: 'flaky',
    age: 95,
    project: 'web-shop',
    title: 'Flaky cart test',
    ask: 'Why is the cart test flaky?',
    steps: [{ text: 'It reads the clock.' }],
    unseen: true,
  },
  {
    id: 'docs',
    age: 2970,
    project: 'docs-site',
    title: 'Docs mention a removed flag',
    ask: 'Find docs that mention removed flags.',
    steps: [{ text: 'Two pages do.' }],
  },
  {
    id: 'vpc',
    age: 7200,
    project: 'infra',
    title: 'Explain the network module',
    ask: 'Explain the network module.',
    steps: [{ text: 'It makes one network with a subnet for each zone.' }],
    pinned: true,
  },
  ...[
    'Upgrade to Node 24',
    'Slow product search',
    'Dark mode for the checkout',
    'Remove the old feature flags',
    'Types for the API client',
  ].map((title, n) => ({
    id: `more-${n}`,
    age: [6 * 1440, 9 * 1440, 3 * 1440, 1150, 30 * 1440][n],
    project: n % 2 ? 'docs-site' : 'web-shop',
    title,
    ask: `${title}.`,
    steps: [{ text: 'Done.' }],
  })),
];

/** Said while it is looked at. */
export const streaming = {
  ask: 'Write down what the flags did.',
  steps: [
    {
      reasoning: '**Reading the old manual**',
      text: 'The old flag turned three things off at once:\n\n1. the cache of the **start page**\n2. the check of the prices\n3. the mail to the bookkeeper\n\n```ts\nif (flags.quiet) {\n  cache.off();\n  prices.off();\n  mail.off();\n}\n```\n\nNow each has a name of its own, so the page that mentions it has to say which one is meant. I begin with the',
      fault: 'hang-after',
      deltas: 30,
    },
  ],
};

/** A picture of a chart: PNG (ISO/IEC 15948), eight bits a channel, without a library. */
export function chart(width = 480, height = 260) {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => (bytes.reduce((c, byte) => crcTable[(c ^ byte) & 0xff] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const bars = [60, 90, 84, 130, 160, 150, 210, 190];
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(1 + width * 3, 248);
    row[0] = 0;
    for (let x = 0; x < width; x += 1) {
      const bar = Math.floor((x - 24) / 54);
      const inside = bar >= 0 && bar < bars.length && (x - 24) % 54 < 38 && y > height - 24 - bars[bar] && y < height - 24;
      if (inside) row.set([38, 120, 118], 1 + x * 3);
      else if (y === height - 24) row.set([120, 130, 130], 1 + x * 3);
    }
    return row;
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))]);
}
