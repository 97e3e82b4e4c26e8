// Items as text: one line or two each for `threads show`, whole as Markdown for `threads export`.
import type { Body, Item, ItemType } from '../../shared/domain/item.ts';
import { subjectText } from '../../shared/domain/rule.ts';

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

type Short = { [T in ItemType]: (item: Extract<Item, { type: T }>) => string };
const short: Short = {
  user: (item) => `> ${item.input.text.text}`,
  text: (item) => item.body.text + (item.interrupted ? ' [interrupted]' : ''),
  reasoning: (item) => `~ ${item.summary}`,
  call: (item) => `* ${item.title} [${item.status}]`,
  approval: (item) => `? approval (${item.status}${item.answer ? `: ${item.answer}` : ''})${item.note ? ` ${item.note}` : ''}`,
  question: (item) => `? ${item.question} (${item.answer ?? item.status})`,
  compaction: (item) => `= compacted: ${item.tokensBefore} -> ${item.tokensAfter} tokens`,
  instructions: (item) => `= instructions: ${item.sources.map(({ path }) => path).join(', ')}`,
  notice: (item) => `! ${item.text}`,
};

export function shortly(item: Item): string {
  return (short[item.type] as (item: Item) => string)(item);
}

/** A fence longer than any in the text, so that nothing in it ends it. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}

type Read = (body: Body) => Promise<string>;
type Markdown = { [T in ItemType]: (item: Extract<Item, { type: T }>, whole: Read) => string | Promise<string> };
const markdown: Markdown = {
  user: async (item, whole) => `## You\n\n${await whole(item.input.text)}`,
  text: async (item, whole) => `## Agent\n\n${await whole(item.body)}${item.interrupted ? '\n\n*(interrupted)*' : ''}`,
  reasoning: (item) => `*${item.summary.trim()}*`,
  call: async (item, whole) => {
    const output = item.output ? `\n\n${fenced(await whole(item.output))}` : '';
    const hosts = (item.detail?.hosts ?? []).map(({ host, allowed, count }) => `${allowed ? '' : 'refused '}${oneLine(host)} (${count})`);
    const reached = hosts.length > 0 ? `\n\nHosts: ${hosts.join(', ')}` : '';
    return `### ${oneLine(item.title)} (${item.status})\n\n${fenced(item.args.text, 'json')}${output}${reached}`;
  },
  approval: (item) => {
    const { subject } = item;
    const what = subject.kind === 'write' || subject.kind === 'autorun' ? subject.diff : subjectText(subject);
    const note = item.note ? `\n\n${item.note}` : '';
    return `### Approval: ${item.status}${item.answer ? ` (${item.answer})` : ''}\n\n${fenced(what)}${note}`;
  },
  question: (item) => `### Question: ${item.question}\n\n${item.answer ?? `(${item.status})`}`,
  compaction: async (item, whole) => `### Compacted\n\n${await whole(item.summary)}`,
  instructions: (item) => `### Instructions\n\n${item.sources.map(({ path }) => `- ${path}`).join('\n')}`,
  notice: (item) => `> ${item.level}: ${oneLine(item.text)}`,
};

/** The whole item; `whole` reads texts that are not all inline. */
export async function markdownOf(item: Item, whole: Read): Promise<string> {
  return (markdown[item.type] as (item: Item, whole: Read) => string | Promise<string>)(item, whole);
}
