// Approvals and questions, asked in the terminal.
import type { ApprovalAnswer, ApprovalItem, QuestionItem } from '../../shared/domain/item.ts';
import { answersFor } from '../../shared/domain/rule.ts';
import type { Connection } from '../host/connect.ts';
import type { Lines } from './input.ts';
import { missesSandbox, waysFor } from './needed.ts';
import { approvalLines, questionLines } from './progress.ts';
import { dim, tell } from './terminal.ts';

export type Asked = ApprovalItem | QuestionItem;
export type Answer = { kind: 'approval'; answer: ApprovalAnswer; note?: string } | { kind: 'question'; text: string };

const answers: Record<string, ApprovalAnswer> = {
  y: 'once',
  yes: 'once',
  once: 'once',
  t: 'thread',
  thread: 'thread',
  a: 'always',
  always: 'always',
  n: 'no',
  no: 'no',
};
const choices: Record<ApprovalAnswer, string> = {
  once: '[y] once',
  thread: '[t] this thread',
  always: '[a] always',
  no: '[n] no, with a note',
};

export function linesOf(item: Asked): string[] {
  return item.type === 'approval' ? approvalLines(item) : questionLines(item);
}

/** Undefined when there is nobody to answer: the input has ended, or somebody else answered meanwhile. */
export async function ask(item: Asked, lines: Lines, signal: AbortSignal): Promise<Answer | undefined> {
  for (const line of linesOf(item)) tell(line);
  if (item.type === 'question') {
    const line = await lines.next(item.choices.length > 0 ? '  number or answer: ' : '  answer: ', signal);
    if (line === undefined) return undefined;
    const choice = /^\d+$/.test(line.trim()) ? item.choices[Number(line) - 1] : undefined;
    return { kind: 'question', text: choice ?? line };
  }
  const offered = item.answers ?? answersFor(item.subject);
  const question = `  ${offered.map((each) => choices[each]).join('  ')}: `;
  for (;;) {
    const line = await lines.next(question, signal);
    if (line === undefined) return undefined;
    // A note may follow the letter right away: "n use the other file".
    const [, word = '', inline = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
    const answer = Object.hasOwn(answers, word.toLowerCase()) ? answers[word.toLowerCase()] : undefined;
    if (answer === undefined || !offered.includes(answer)) {
      tell(`  Please answer ${offered.map((each) => choices[each][1]).join(', ')}.`);
      continue;
    }
    let note = inline;
    if (answer === 'no' && note === '' && process.stdin.isTTY)
      note = ((await lines.next('  a note to the agent (Enter for none): ', signal)) ?? '').trim();
    return { kind: 'approval', answer, ...(note === '' ? {} : { note }) };
  }
}

export async function give(client: Connection, threadId: string, itemId: string, answer: Answer): Promise<void> {
  if (answer.kind === 'question') await client.request('question.answer', { threadId, itemId, answer: answer.text });
  else await client.request('approval.answer', { threadId, itemId, answer: answer.answer, ...(answer.note ? { note: answer.note } : {}) });
}

/** What the machine lacks for a sandbox, and what to do about it. */
async function whyNoSandbox(client: Connection): Promise<string | undefined> {
  const { checks } = await client.request('health.read', {});
  const found = checks.find(({ name, status }) => name === 'Sandbox' && status !== 'ok');
  return found && `a sandbox: ${found.detail}${found.remedy === undefined ? '' : ` ${found.remedy}`}`;
}

/** What would have been needed, and how to give it later. */
export async function tellOpen(client: Connection, threadId: string, items: readonly Asked[], profile: string): Promise<void> {
  const approvals = items.filter((item) => item.type === 'approval');
  for (const item of items) {
    for (const line of linesOf(item)) tell(line);
    if (approvals.length > 1 && item.type === 'approval') tell(dim(`  --item ${item.id}`));
  }
  const question = items.some((item) => item.type === 'question');
  tell('Nobody is here to answer. It stays open; answer it with:');
  if (approvals.length > 0) {
    const offered = [...new Set(approvals.flatMap((item) => item.answers ?? answersFor(item.subject)))];
    const others = offered.filter((each) => each === 'thread' || each === 'always').map((each) => `or --${each}, `);
    tell(`  switchyard threads answer ${threadId} --once      (${others.join('')}or --no --note "why")`);
  }
  if (question) tell(`  switchyard threads answer ${threadId} --text "the answer"`);
  const missing = approvals.some(missesSandbox) ? await whyNoSandbox(client) : undefined;
  const ways = [...new Set(approvals.flatMap((item) => waysFor(item, profile, missing)))];
  if (ways.length > 0) tell('What would have let it happen unasked:');
  for (const way of ways) tell(`  ${way}`);
}
