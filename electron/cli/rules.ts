import type { Rule } from '../../shared/domain/rule.ts';
import { subjectText } from '../../shared/domain/rule.ts';
import { AppError } from '../../shared/errors.ts';
import type { Flags } from './arguments.ts';
import { oneLine } from './item-text.ts';
import { open, readApp } from './session.ts';
import { dim, print, safe, tell } from './terminal.ts';

const verbs: Record<Rule['subject']['kind'], string> = { command: 'run', network: 'reach', read: 'read', write: 'write' };

/** Answers of "always": lists them, or takes one back. */
export function run(flags: Flags, [action, id]: readonly string[]): Promise<number> {
  return open('permissions rules', async (client) => {
    if (action === 'revoke') {
      if (id === undefined) throw new AppError('invalid', 'Say which rule: `switchyard permissions rules revoke ID`.');
      await client.request('rule.revoke', { ruleId: id });
      return 0;
    }
    const { rules, projects } = await readApp(client);
    if (flags['json']) print(`${JSON.stringify(rules)}\n`);
    else if (rules.length === 0) tell('Nothing is always allowed.');
    for (const { id, projectId, subject, at } of flags['json'] ? [] : rules) {
      const where = projects.find((project) => project.id === projectId)?.path ?? projectId;
      const folder = subject.kind === 'command' && subject.cwd !== where ? ` in ${subject.cwd}` : '';
      print(`${id}  ${verbs[subject.kind].padEnd(5)}  ${safe(oneLine(subjectText(subject)))}${safe(folder)}\n`);
      tell(dim(`  in the project ${safe(where)}, since ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`));
    }
    return 0;
  });
}
