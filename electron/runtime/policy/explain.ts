import path from 'node:path';
import type { Subject } from '../../../shared/domain/item.ts';
import type { ExplainedVerdict, PermissionExplained } from '../../../shared/protocol/permission.ts';
import { judgeCommand } from './commands.ts';
import { guard, type Standing } from './guard.ts';
import { accessTo } from './resolve.ts';

/** A real path, a command line in a folder, or a host with or without a port. */
export type Asked = { kind: 'path'; path: string } | { kind: 'command'; command: string; cwd: string } | { kind: 'domain'; domain: string };

/** The effective rule for one thing, from the functions that decide when an agent does it. Pure. */
export function explain(asked: Asked, standing: Standing): PermissionExplained {
  const { profile, rules } = standing;
  const judge = (does: ExplainedVerdict['does'], subject: Subject): ExplainedVerdict => {
    const { decision, rule, source } = guard(subject, standing);
    return { does, decision, rule, ...(source ? { source } : {}) };
  };
  const of = { profile: profile.name, sandbox: profile.sandbox };
  if (asked.kind === 'path') {
    const { access, rule } = accessTo(asked.path, rules);
    return {
      ...of,
      subject: { kind: 'path', text: asked.path },
      verdicts: [judge('read', { kind: 'read', path: asked.path }), judge('write', { kind: 'write', paths: [asked.path], diff: '' })],
      path: { access, ...(rule ? { rule: { path: rule.path, source: rule.source } } : {}) },
    };
  }
  if (asked.kind === 'command') {
    const { command, cwd } = asked;
    const { understood, rule } = judgeCommand(command, profile.commands);
    return {
      ...of,
      subject: { kind: 'command', text: command },
      verdicts: [judge('run', { kind: 'command', command, cwd }), judge('outside', { kind: 'outside', command, cwd })],
      command: {
        understood,
        ...(rule
          ? { rule: { prefix: rule.prefix, source: rule.source, ...(rule.reason === undefined ? {} : { reason: rule.reason }) } }
          : {}),
      },
    };
  }
  return { ...of, subject: { kind: 'domain', text: asked.domain }, verdicts: [judge('reach', { kind: 'network', hosts: [asked.domain] })] };
}

/** A path as a person writes it, made absolute. */
export function absolute(written: string, cwd: string, home: string): string {
  if (written === '~' || written.startsWith('~/')) return path.join(home, written.slice(1));
  return path.resolve(cwd, written);
}
