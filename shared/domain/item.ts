// An item is one entry of a turn. It is stored whole once finished; only a call, an approval and a question change afterwards, once.

import type { RuleSource } from './profile.ts';

/**
 * Text that may be long. `text` is what is shown and what the model is given: all of it, or its head and tail around a line
 * that says how much was left out. `whole` says where every byte is kept.
 */
export interface Body {
  text: string;
  bytes: number;
  whole?: { kind: 'blob' | 'file'; id: string };
}

export interface Image {
  mime: string;
  blob: string;
  name: string;
}

/** What a person sends: words, files mentioned with `@`, images, and long pasted text. */
export interface Input {
  text: Body;
  images?: Image[];
}

export interface ItemBase {
  id: string;
  turnId: string;
  at: number;
}

export interface UserItem extends ItemBase {
  type: 'user';
  input: Input;
  /** True when it was sent into a running turn. */
  steer?: boolean;
}

export interface TextItem extends ItemBase {
  type: 'text';
  body: Body;
  /** True when the stream ended before the text did. */
  interrupted?: boolean;
}

export interface ReasoningItem extends ItemBase {
  type: 'reasoning';
  summary: string;
  /** The provider's own opaque form, given back to the same provider and model only. */
  opaque?: { provider: string; model: string; data: unknown };
}

/** A file that a patch changed. Hashes are SHA-256 in hex; null where the file does not exist on that side. */
export interface FileChange {
  path: string;
  before: string | null;
  after: string | null;
  added: number;
  removed: number;
}

/** What the window wants to know of a finished call beyond its output. */
export interface CallDetail {
  exit?: number | null;
  signal?: string;
  timedOut?: boolean;
  /** Id of the command that goes on in the background. */
  background?: string;
  /** What it asked of the network through the list of hosts, and whether it was let. */
  hosts?: { host: string; allowed: boolean; count: number }[];
  files?: FileChange[];
  diff?: Body;
  image?: Image;
}

export type CallStatus = 'open' | 'done' | 'failed' | 'refused' | 'interrupted';

export interface CallItem extends ItemBase {
  type: 'call';
  /** The provider's id of the call. */
  callId: string;
  tool: string;
  /** The arguments as the model wrote them (JSON when the model did its part), but for secrets. */
  args: Body;
  /** True when they held a secret: the log can't give them back. */
  secret?: boolean;
  /** A human title, e.g. "Ran npm test". */
  title: string;
  status: CallStatus;
  endedAt?: number;
  output?: Body;
  detail?: CallDetail;
}

/** What an approval is asked for: shown whole, never shortened. */
export type Subject =
  /** In the sandbox, or, where there is none, as the user's own: then it says so. */
  | { kind: 'command'; command: string; cwd: string; unconfined?: true }
  /** Outside of the sandbox, as the user's own. */
  | { kind: 'outside'; command: string; cwd: string }
  /** Hosts that the call's command may reach. */
  | { kind: 'network'; hosts: string[] }
  | { kind: 'write'; paths: string[]; diff: string }
  | { kind: 'read'; path: string }
  /** Files that other tools run or obey by themselves and that a command has changed: put back as they were until this is answered. */
  | { kind: 'autorun'; paths: string[]; diff: string };

/** `thread` and `always` remember exactly this subject: for the rest of the thread, or for the project. */
export type ApprovalAnswer = 'once' | 'thread' | 'always' | 'no';

export interface ApprovalItem extends ItemBase {
  type: 'approval';
  /** The item of the call that waits for it. */
  call: string;
  subject: Subject;
  /** Why, in the agent's words. */
  reason?: string;
  /** The rule that asked, and where it stands. */
  rule: string;
  source?: RuleSource;
  /** The answers that may be given; absent: every one that suits the subject. */
  answers?: ApprovalAnswer[];
  status: 'open' | 'granted' | 'refused' | 'withdrawn';
  answer?: ApprovalAnswer;
  note?: string;
}

export interface QuestionItem extends ItemBase {
  type: 'question';
  call: string;
  question: string;
  choices: string[];
  status: 'open' | 'answered' | 'withdrawn';
  answer?: string;
}

export interface CompactionItem extends ItemBase {
  type: 'compaction';
  /** What the model is given instead of everything before. */
  summary: Body;
  /** What the user had asked for in this turn, word for word as far as it fits; a part of `summary`. */
  said?: Body;
  /** `model`: written by the model. `short`: cut by rule, after the model's way failed. */
  way: 'model' | 'short';
  /** Why the first way failed, when it did. */
  failed?: string;
  tokensBefore: number;
  tokensAfter: number;
}

/** The instruction files that the turn was given, each with what was taken of it. */
export interface InstructionsItem extends ItemBase {
  type: 'instructions';
  sources: { path: string; bytes: number; cut: boolean }[];
  /** Files that an untrusted project would have added. */
  withheld: string[];
  body: Body;
}

export interface NoticeItem extends ItemBase {
  type: 'notice';
  level: 'note' | 'warning' | 'error';
  text: string;
  hint?: string;
  /** True when the agent reads it too. */
  told?: boolean;
}

export type Item =
  | UserItem
  | TextItem
  | ReasoningItem
  | CallItem
  | ApprovalItem
  | QuestionItem
  | CompactionItem
  | InstructionsItem
  | NoticeItem;
export type ItemType = Item['type'];
