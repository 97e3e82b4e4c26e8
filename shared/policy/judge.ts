// What a profile's command rules say of a command line.

import type { CommandRule } from '../domain/profile.ts';
import { readCommands } from './shell.ts';

/** `run`: no rule fits. `rule` is the one that decided; without it an `ask` means that the line was not understood. */
export interface CommandVerdict {
  decision: 'run' | 'allow' | 'ask' | 'forbid';
  rule?: CommandRule;
  understood: boolean;
}

export function judgeCommand(line: string, rules: readonly CommandRule[]): CommandVerdict {
  const { commands, understood } = readCommands(line);
  const strict = (decision: 'ask' | 'forbid'): CommandRule | undefined =>
    rules.find((rule) => rule.decision === decision && commands.some((words) => rule.prefix.every((word, n) => words[n] === word)));
  for (const decision of ['forbid', 'ask'] as const) {
    const rule = strict(decision);
    if (rule) return { decision, rule, understood };
  }
  if (!understood) return { decision: rules.some(({ decision }) => decision !== 'allow') ? 'ask' : 'run', understood };
  const allowing = commands.map((words) =>
    rules.find(({ decision, prefix }) => decision === 'allow' && prefix.every((word, n) => words[n] === word)),
  );
  const [first] = allowing;
  return first && allowing.every((rule) => rule) ? { decision: 'allow', rule: first, understood } : { decision: 'run', understood };
}
