// What would let a thing happen that nobody was there to allow.
import type { ApprovalItem } from '../../shared/domain/item.ts';
import { answersFor } from '../../shared/domain/rule.ts';
import { safe } from './terminal.ts';

const quoted = (text: string): string => JSON.stringify(text);

/** Does it ask only since there is no sandbox? */
export const missesSandbox = ({ rule }: Pick<ApprovalItem, 'rule'>): boolean => rule.includes('without a sandbox');

/**
 * Ways to allow what an approval asks for without being asked, for the thread's profile; one a line, none where only a person may.
 * `missing`: why there is no sandbox on this machine, and what to do about it.
 */
export function waysFor(item: ApprovalItem, profile: string, missing?: string): string[] {
  const { subject, answers = answersFor(subject), source } = item;
  const policy = source?.kind === 'policy';
  if (subject.kind === 'autorun') return ['only a person can allow it: the files run by themselves'];
  if (policy) return [`only a person can allow it: your organisation asks (${safe(source.where)})`];
  const ways: string[] = [];
  // With one nearly nothing asks, and nothing else that makes it run unasked keeps it in any bounds.
  if (missing !== undefined && missesSandbox(item)) ways.push(missing);
  if (answers.includes('always')) ways.push('--always instead of --once: never asked about again in this project');
  switch (subject.kind) {
    case 'network':
      ways.push(`in config.toml: [profiles.${profile}] network = [${subject.hosts.map(quoted).map(safe).join(', ')}]`);
      break;
    case 'command':
      if (source?.kind === 'user' || source?.kind === 'project')
        ways.push(`change the rule in ${safe(source.where)}${source.line === undefined ? '' : `:${source.line}`}`);
      break;
    case 'write':
      if (source?.kind === 'built-in')
        ways.push(
          `a profile in config.toml that writes there: [profiles.NAME] extends = ${quoted(profile)}, filesystem = { ${subject.paths.map((path) => `${safe(quoted(path))} = "write"`).join(', ')} }`,
        );
      break;
    default:
  }
  if (missing === undefined || !missesSandbox(item))
    ways.push('--profile full-access: everything runs as you, without a sandbox and unasked');
  return ways;
}
