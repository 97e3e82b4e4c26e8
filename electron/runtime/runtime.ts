import type { Push, Subscribed } from '../../shared/wire.ts';
import type { Ports } from './ports.ts';

/** A request of a client. `keys` are the provider keys of its shell, used for the threads that it starts or sends to. */
export interface RuntimeRequest {
  name: string;
  params: unknown;
  commandId?: string;
  keys?: Record<string, string>;
}

/** A command's output as a stream of bytes: read what is there, be called when there is more. */
export interface OutputSource {
  read(from: number, length: number): { bytes: Uint8Array; total: number };
  watch(callback: () => void): () => void;
  /** True once the command has ended: no more will come. */
  ended(): boolean;
}

export interface Runtime {
  /** Validates, guards, decides, commits; rejects with an AppError. A resolved command is durable. */
  request(request: RuntimeRequest): Promise<unknown>;
  /** The state of a stream ('app' or a thread id) and, from then on, its events and deltas, in order. */
  subscribe(stream: string, after: number | undefined, listener: (push: Push) => void): { first: Subscribed; stop(): void };
  output(threadId: string, id: string): OutputSource;
  /** True while a turn runs or a background command lives. */
  busy(): boolean;
  /** Resolves when everything that was published has been looked at and no turn runs (waiting turns rest). */
  settled(): Promise<void>;
  /** Ends what runs (turns become interrupted), kills children, closes the ports. */
  close(): Promise<void>;
}

export type CreateRuntime = (ports: Ports) => Promise<Runtime>;
