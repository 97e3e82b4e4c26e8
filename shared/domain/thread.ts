import type { ErrorData } from '../errors.ts';
import type { ApprovalItem, FileChange, Input, QuestionItem } from './item.ts';
import type { Effort } from './model.ts';
import type { Tokens } from './money.ts';
import type { GrantedSubject } from './rule.ts';
import type { Plan, TurnEnd } from './turn.ts';

/** What a thread is started with and can be switched between turns. */
export interface ThreadSettings {
  provider: string;
  model: string;
  profile: string;
  effort?: Effort;
}

/** A fork reads its parent's items up to and including `seq`. */
export interface Parent {
  threadId: string;
  turnId: string;
  seq: number;
}

export interface ThreadStart extends ThreadSettings {
  id: string;
  projectId: string;
  title: string;
  cwd: string;
  parent?: Parent;
}

export type ThreadStatus = 'working' | 'waiting' | 'failed' | 'interrupted' | 'idle';

/** One row of the sidebar and of `threads list`. */
export interface ThreadSummary {
  id: string;
  projectId: string;
  title: string;
  cwd: string;
  status: ThreadStatus;
  /** Open approvals and questions. */
  needs: number;
  /** Commands running in the background. */
  background: number;
  createdAt: number;
  updatedAt: number;
  /** When the open turn began. */
  turnStartedAt?: number;
  pinned: boolean;
  archived: boolean;
  /** Lower comes first among threads placed by hand; null = by time. */
  place: number | null;
  parent?: Parent;
  /** Absent: not known of a thread that an earlier version started. */
  profile?: string;
}

export interface QueueRow {
  id: string;
  input: Input;
  at: number;
}

/** A command that outlives its call. */
export interface BackgroundCommand {
  id: string;
  command: string;
  startedAt: number;
  /** True when nothing confines it. */
  outside?: boolean;
}

/** "This thread" answers: exactly this subject is not asked about again. */
export interface Grant {
  subject: GrantedSubject;
  /** The profile in which it was answered, and for which it holds. Absent where it holds for the thread whatever its profile. */
  profile?: string;
}

/** What stands at a path; `other` is what can't be kept as bytes (a large file, an unreadable one, a folder). */
export type FileSide<Bytes> =
  | { kind: 'absent' }
  | { kind: 'file'; bytes: Bytes; mode: number }
  | { kind: 'link'; target: string }
  | { kind: 'other'; what: string; stamp: string };

/**
 * Files that other tools run by themselves, changed by a command of the call `call` and put back as they were: they wait for the
 * answer to the approval `id`, which may be asked only when the next turn begins. Bytes are hashes that name blobs.
 */
export interface HeldFiles {
  id: string;
  call: string;
  files: { path: string; before: FileSide<string>; after: FileSide<string> }[];
}

/** A patch that was announced in the log and whose result is not there yet. */
export interface OpenPatch {
  call: string;
  files: (FileChange & { mode: number })[];
}

/** A call without a result; its arguments are in the item. */
export interface OpenCall {
  itemId: string;
  tool: string;
  title: string;
}

/** The turn that is going on. `attempt` counts requests sent for the same answer. */
export interface OpenTurn {
  id: string;
  startedAt: number;
  status: 'running' | 'waiting' | 'stopping';
  request?: { id: string; attempt: number; startedAt: number; retry?: { reason: string; at: number } };
  calls: OpenCall[];
  approvals: ApprovalItem[];
  questions: QuestionItem[];
  patch?: OpenPatch;
}

/** Everything about a thread but its items: bounded, in memory while the thread is in use. */
export interface ThreadHeader extends Omit<ThreadSummary, 'profile'>, ThreadSettings {
  seq: number;
  turn?: OpenTurn;
  lastTurn?: { id: string; status: TurnEnd; endedAt: number; error?: ErrorData };
  queue: QueueRow[];
  commands: BackgroundCommand[];
  grants: Grant[];
  held?: HeldFiles[];
  plan?: Plan;
  tokens: Tokens;
  credits: number;
  /** Tokens in the context at the last request, as the provider counted them. */
  context?: { tokens: number; window: number };
}
