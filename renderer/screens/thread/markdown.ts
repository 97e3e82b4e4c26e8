import type { Item } from '../../../shared/domain/item.ts';
import { subjectText } from '../../../shared/domain/rule.ts';

/** Text in a fence that is longer than any run of backticks in it. */
export function fenced(text: string, info = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${info}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** One item of a thread as Markdown; empty for what says nothing outside of the window. */
export function itemMarkdown(item: Item): string {
  switch (item.type) {
    case 'user': {
      const images = (item.input.images ?? []).map(({ name }) => `*Image: ${name}*`);
      return [`## ${item.steer ? 'You, while it worked' : 'You'}`, item.input.text.text, ...images].filter(Boolean).join('\n\n');
    }
    case 'text':
      return item.body.text;
    case 'call': {
      const shown = item.detail?.diff ? fenced(item.detail.diff.text, 'diff') : item.output?.text ? fenced(item.output.text) : '';
      return [`**${item.title}**${item.status === 'done' ? '' : ` (${item.status})`}`, shown].filter(Boolean).join('\n\n');
    }
    case 'approval':
      return `**Approval ${item.status}**${item.note ? `: ${item.note}` : ''}\n\n${fenced(subjectText(item.subject))}`;
    case 'question':
      return `**Question**: ${item.question}${item.answer === undefined ? '' : `\n\n**Answer**: ${item.answer}`}`;
    case 'compaction':
      return `*Earlier context was summed up (${item.tokensBefore} → ${item.tokensAfter} tokens).*`;
    case 'notice':
      return `*${item.text}${item.hint ? ` ${item.hint}` : ''}*`;
    case 'reasoning':
    case 'instructions':
      return '';
    default:
      return '';
  }
}

export function threadMarkdown(title: string, items: readonly Item[]): string {
  const parts = items.map(itemMarkdown).filter((text) => text.trim() !== '');
  return `${[`# ${title}`, ...parts].join('\n\n')}\n`;
}
