// Which shell commands have been shown, so that one that waits for a person's word does not look as if it ran.
import type { CallItem } from '../../shared/domain/item.ts';
import type { Grant, ThreadHeader } from '../../shared/domain/thread.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';

/** How long a command may go without being asked about until it counts as running, in milliseconds. */
const patience = 1_000;

interface Waiting {
  call: CallItem;
  command: string | undefined;
  shown: boolean;
  /** Its open approvals. */
  asked: Set<string>;
}

/** What decides whether a command is asked about, and which calls are open. */
export type Standing = Pick<ThreadHeader, 'profile' | 'grants' | 'turn'>;

/** The command of a shell call, if the model wrote one. */
function commandOf(call: CallItem): string | undefined {
  if (call.tool !== 'shell') return undefined;
  try {
    const { command } = JSON.parse(call.args.text) as { command?: unknown };
    return typeof command === 'string' ? command : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the events of a thread and calls `show` with each command as it begins to run: calls run one after another. */
export function createCommandsShown(show: (command: string) => void): {
  know(standing: Standing): void;
  take(event: LoggedEvent): void;
} {
  let profile = '';
  let grants: readonly Grant[] = [];
  let line: Waiting[] = [];

  const showOne = (one: Waiting): void => {
    if (!one.shown && one.command !== undefined) show(one.command);
    one.shown = true;
  };
  const neverAsks = ({ command }: Waiting): boolean =>
    profile === 'full-access' || grants.some(({ subject }) => subject.kind === 'command' && subject.command === command);
  /** The first in line begins, unless it has to be asked about. */
  const look = (): void => {
    const [first] = line;
    // What asks asks before anything of the answer runs.
    if (!first || first.shown || line.some(({ asked }) => asked.size > 0)) return;
    if (neverAsks(first)) return showOne(first);
    // Whether something asks is up to the runtime: where nothing did so for a while, nothing does.
    setTimeout(() => {
      if (line[0] === first && line.every(({ asked }) => asked.size === 0)) showOne(first);
    }, patience).unref();
  };
  return {
    know: (standing) => {
      ({ profile, grants } = standing);
      line = line.filter(({ call }) => standing.turn?.calls.some(({ itemId }) => itemId === call.id));
    },
    take: (event) => {
      switch (event.type) {
        case 'thread.started':
          profile = event.data.thread.profile;
          grants = event.data.grants ?? [];
          return;
        case 'thread.configured':
          profile = event.data.profile ?? profile;
          return;
        case 'item.added': {
          const { item } = event.data;
          if (item.type === 'call') line.push({ call: item, command: commandOf(item), shown: false, asked: new Set() });
          return look();
        }
        case 'approval.opened': {
          const { item } = event.data;
          line.find(({ call }) => call.id === item.call)?.asked.add(item.id);
          return;
        }
        case 'approval.closed': {
          const { itemId, status, grant } = event.data;
          if (grant) grants = [...grants, grant];
          const one = line.find(({ asked }) => asked.has(itemId));
          if (one && status === 'granted') {
            one.asked.delete(itemId);
            if (one.asked.size === 0 && line[0] === one && line.every(({ asked }) => asked.size === 0)) showOne(one);
            else if (one.asked.size === 0) look();
          }
          return;
        }
        case 'call.finished': {
          const one = line.find(({ call }) => call.id === event.data.itemId);
          line = line.filter((each) => each !== one);
          // It ran after all, faster than it was known to. A refused one did not, nor did one that waited when the turn ended.
          if (one && one.asked.size === 0 && (event.data.status === 'done' || event.data.status === 'failed')) showOne(one);
          return look();
        }
        case 'turn.ended':
          line = [];
          return;
        default:
      }
    },
  };
}
