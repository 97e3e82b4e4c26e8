import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { CallDetail, CallItem, Subject } from '../../../shared/domain/item.ts';
import type { Model } from '../../../shared/domain/model.ts';
import type { BackgroundCommand } from '../../../shared/domain/thread.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { Schema } from '../../../shared/schema.ts';
import type { AutorunChange, AutorunWatch } from '../ports/autorun.ts';
import type { CommandsPort, FilesPort, LogPort, RunningCommand, SearchPort } from '../ports.ts';
import type { Autorun } from './autorun.ts';
import type { Hands } from './hands.ts';

/** What a tool may use of the world, and of the turn that it serves. */
export interface ToolContext {
  threadId: string;
  /** The call being served: its id names the command's output. */
  call: CallItem;
  /** Absolute; relative paths in arguments start here. */
  cwd: string;
  model: Model;
  /** As the sandbox shows them, where there is one. */
  files: FilesPort;
  commands: CommandsPort;
  search: SearchPort;
  log: LogPort;
  hands: Pick<Hands, 'confine' | 'look' | 'places'>;
  autorun: Pick<Autorun, 'watch' | 'permit'>;
  /** The text with secrets made unreadable, as long as it was. */
  redact(text: string): string;
  /** Milliseconds from the clock port, and a timer on it. */
  now(): number;
  after(ms: number, callback: () => void): () => void;
  /** Writes facts to the log now, before the tool goes on: for what must be known before a side effect. */
  record(facts: TurnFact[]): void;
  /** Commands of this thread that go on in the background, and the way to leave one there. */
  background: {
    list(): BackgroundCommand[];
    find(id: string): RunningCommand | undefined;
    keep(command: RunningCommand, text: string, more?: { confine?: Confinement | undefined; watched?: AutorunWatch | undefined }): void;
    /** What commands in the background have changed of the files that run by themselves. */
    changes(): Promise<AutorunChange[]>;
  };
}

/** What the model reads, bounded by the tool itself. A thrown AppError becomes a failed result with its message and hint. */
export interface ToolResult {
  output: string;
  /** Where the whole output stands when `output` is not all of it. */
  whole?: { kind: 'blob' | 'file'; id: string; bytes: number };
  failed?: boolean;
  detail?: CallDetail;
  /** Facts that belong to the result and are committed with it. */
  facts?: TurnFact[];
  /** Files that run by themselves which it has changed. */
  changed?: AutorunChange[];
  /** Ended once that is in the log. */
  watched?: AutorunWatch;
}

/**
 * A call that was understood and checked but has touched nothing yet: what it would do, for the guard to judge, and the way to do it.
 * `question` stops the turn until a person has answered; `run` is then given the answer.
 */
export interface PlannedCall {
  subjects: Subject[];
  /** Why, in the model's words. */
  reason?: string;
  question?: { question: string; choices: string[] };
  run(signal: AbortSignal, answer?: string): Promise<ToolResult>;
}

export interface Tool<P = unknown> {
  name: string;
  /** For the model: one or two sentences. */
  description: string;
  parameters: Schema<P>;
  /** For people, in the past tense: "Ran npm test". */
  title(params: P): string;
  plan(params: P, context: ToolContext): Promise<PlannedCall>;
}

/** Keeps the parameter type inside while the registry holds tools of all kinds. */
export function defineTool<P>(tool: Tool<P>): Tool {
  return tool;
}
