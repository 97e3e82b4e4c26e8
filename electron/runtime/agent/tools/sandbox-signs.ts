import type { CommandExit } from '../../ports.ts';
import type { ToolContext } from '../tool.ts';
import { displayPath } from './paths.ts';

const writing = /read-only file system|\bEROFS\b|operation not permitted|\bEPERM\b|permission denied|\bEACCES\b/i;
const reaching =
  /network is unreachable|\bENETUNREACH\b|could not resolve|couldn't resolve|temporary failure in name resolution|name or service not known|\bEAI_AGAIN\b|\bENOTFOUND\b|nodename nor servname|failed to connect|no route to host|\bEHOSTUNREACH\b|unable to access 'https?:|tunneling socket could not/i;

/** What the profile lets a command do, for a model whose command seems to have met its borders; undefined when it did not. */
export function sandboxLine(context: ToolContext, output: string, exit: CommandExit | undefined): string | undefined {
  const confine = context.hands.confine();
  if (!confine) return undefined;
  const refused = (exit?.hosts ?? []).filter(({ allowed }) => !allowed);
  const failed = exit !== undefined && exit.code !== 0;
  const net = refused.length > 0 || (failed && reaching.test(output));
  const disk = failed && writing.test(output);
  if (!net && !disk) return undefined;
  const { access, hosts } = confine.network;
  const reach = access === 'on' ? 'is open' : access === 'off' || hosts.length === 0 ? 'is off' : `reaches ${hosts.slice(0, 8).join(', ')}`;
  const places = confine.paths.filter((rule) => rule.access === 'write').map(({ path }) => displayPath(context.cwd, path));
  const parts = [
    ...(net ? [`The network ${reach} here.`] : []),
    ...(refused.length > 0
      ? [
          `Refused: ${refused
            .map(({ host }) => host)
            .slice(0, 8)
            .join(', ')}.`,
        ]
      : []),
    ...(disk
      ? [`Files may be changed only in: ${places.slice(0, 8).join(', ')} ("." is the working folder), git's hooks and config never.`]
      : []),
    `If that is the cause, don't try other ways: send the command again with reason and ${net ? 'hosts (the names it needs)' : 'outside: true'}; the user is asked.`,
  ];
  return `[sandbox] ${parts.join(' ')}`;
}
