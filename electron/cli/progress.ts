// What happens in a thread, as lines for a person.
import type { ApprovalItem, CallItem, Item, QuestionItem } from '../../shared/domain/item.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { createCommandsShown, type Standing } from './commands-shown.ts';
import { bold, dim, green, red, safe, tell, yellow } from './terminal.ts';

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';
const tailOf = (text: string, lines: number): string[] => text.trimEnd().split('\n').slice(-lines);
const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);
const bytes = (count: number): string => (count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KB`);

/** An approval whole: nothing of what would be done is left out. */
export function approvalLines(item: ApprovalItem): string[] {
  const { subject } = item;
  const lines = [bold('The agent asks for your approval.')];
  if (subject.kind === 'command' || subject.kind === 'outside') {
    lines.push(`  to run:  ${safe(subject.command).replaceAll('\n', '\n           ')}`, `  in:      ${safe(subject.cwd)}`);
    if (subject.kind === 'outside') lines.push('  where:   outside of the sandbox, with everything that you may do yourself');
  } else if (subject.kind === 'network') {
    lines.push(...subject.hosts.map((host, n) => `${n === 0 ? '  to reach: ' : '            '}${safe(host)}`));
  } else if (subject.kind === 'read') {
    lines.push(`  to read: ${safe(subject.path)}`);
  } else {
    if (subject.kind === 'autorun')
      lines.push('  A command changed files that other tools run by themselves. They were put back; may they change?');
    lines.push(...subject.paths.map((file, n) => `${n === 0 ? '  to write: ' : '            '}${safe(file)}`));
    lines.push(...safe(subject.diff).trimEnd().split('\n').map(diffLine));
  }
  if (item.reason !== undefined) lines.push(`  it says: ${safe(item.reason).replaceAll('\n', '\n           ')}`);
  const { source } = item;
  const where = source ? ` (${source.where}${source.line === undefined ? '' : `:${source.line}`})` : '';
  lines.push(dim(`  because: ${safe(item.rule + where)}`));
  return lines;
}

const diffLine = (line: string): string => {
  if (line.startsWith('+') && !line.startsWith('+++')) return `  ${green(line)}`;
  return line.startsWith('-') && !line.startsWith('---') ? `  ${red(line)}` : `  ${line}`;
};

export function questionLines(item: QuestionItem): string[] {
  return [bold('The agent asks:'), `  ${safe(item.question)}`, ...item.choices.map((choice, n) => `  ${n + 1}. ${safe(choice)}`)];
}

/** Prints the events of a thread as they come. Texts are held back until it is known that they are not the final answer. */
export function createProgress(): { know(standing: Standing): void; show(event: LoggedEvent): void; showText(text: string): void } {
  const commands = createCommandsShown((command) => tell(`${bold('$')} ${safe(command)}`));
  const calls = new Map<string, { call: CallItem; at: number }>();

  const showItem = (item: Item): void => {
    if (item.type === 'call') {
      calls.set(item.id, { call: item, at: item.at });
    } else if (item.type === 'reasoning') {
      const summary = firstLine(item.summary).replaceAll('**', '');
      if (summary !== '') tell(dim(`~ ${safe(summary)}`));
    } else if (item.type === 'instructions') {
      for (const source of item.sources)
        tell(dim(`  instructions: ${safe(source.path)} (${bytes(source.bytes)}${source.cut ? ', cut' : ''})`));
    } else if (item.type === 'notice') {
      const mark = item.level === 'error' ? red('!') : item.level === 'warning' ? yellow('!') : dim('i');
      tell(`${mark} ${safe(item.text)}${item.hint ? `\n  ${safe(item.hint)}` : ''}`);
    } else if (item.type === 'compaction') {
      tell(dim(`  the context was compacted: ${item.tokensBefore} -> ${item.tokensAfter} tokens`));
    } else if (item.type === 'user' && item.steer) {
      tell(dim(`> ${safe(firstLine(item.input.text.text))}`));
    }
  };

  const showResult = (event: Extract<LoggedEvent, { type: 'call.finished' }>): void => {
    const { itemId, status, output, detail } = event.data;
    const entry = calls.get(itemId);
    calls.delete(itemId);
    if (!entry) return;
    const { call, at } = entry;
    const took = event.at - at > 1000 ? `, ${seconds(event.at - at)}` : '';
    const exit = detail?.exit;
    const facts = [
      ...(detail?.timedOut ? ['ran out of time'] : []),
      ...(detail?.background ? ['goes on in the background'] : []),
      ...(typeof exit === 'number' ? [`exit ${exit}`] : []),
      ...(detail?.signal ? [detail.signal] : []),
      ...(detail?.files ?? []).map((file) => `${safe(file.path)} +${file.added} -${file.removed}`),
    ].join(', ');
    const about = facts === '' ? '' : dim(` (${facts}${took})`);
    const good = status === 'done' && (typeof exit !== 'number' || exit === 0);
    const mark = good ? green('✓') : red('✗');
    const word = status === 'done' || status === 'failed' ? '' : `${status}: `;
    tell(`${mark} ${word}${safe(call.title)}${about}`);
    if (good) return;
    for (const line of tailOf(output.text, 6)) tell(dim(`  ${safe(line)}`));
  };

  return {
    know: commands.know,
    show: (event) => {
      commands.take(event);
      if (event.type === 'item.added') showItem(event.data.item);
      else if (event.type === 'call.finished') showResult(event);
      else if (event.type === 'request.retried') {
        const { reason, retryAt, attempt } = event.data;
        const wait = Math.max(0, retryAt - event.at);
        tell(`${yellow('!')} ${safe(reason.message)} Trying again in ${seconds(wait)} (attempt ${attempt}).`);
      } else if (event.type === 'plan.updated') {
        const marks = { done: green('✓'), active: yellow('›'), pending: ' ' };
        tell(dim('  plan:'));
        for (const entry of event.data.plan.steps) tell(`  ${marks[entry.status]} ${safe(entry.text)}`);
      } else if (event.type === 'queue.added') {
        tell(dim('  The thread is at work: your message waits until its turn has ended.'));
      } else if (event.type === 'background.ended') {
        tell(dim(`  the background command ${event.data.id} ended (exit ${event.data.exit ?? 'none'})`));
      }
    },
    showText: (text) => {
      for (const line of safe(text).trimEnd().split('\n')) tell(line);
    },
  };
}
