// THE table: one row per message. A command without a decision, or an event without a reducer case, does not compile.
import { appRows } from './protocol/app.ts';
import { permissionRows } from './protocol/permission.ts';
import { policyRows } from './protocol/policy.ts';
import { projectRows } from './protocol/project.ts';
import type { Audience, CommandRow, DeltaRow, EventRow, QueryRow } from './protocol/row.ts';
import { ruleRows } from './protocol/rule.ts';
import { threadRows } from './protocol/thread.ts';
import { turnRows } from './protocol/turn.ts';

export const protocol = { ...appRows, ...permissionRows, ...policyRows, ...projectRows, ...ruleRows, ...threadRows, ...turnRows };

type Table = typeof protocol;
export type CommandName = { [N in keyof Table]: Table[N] extends CommandRow<infer _P, infer _R> ? N : never }[keyof Table];
export type QueryName = { [N in keyof Table]: Table[N] extends QueryRow<infer _P, infer _R> ? N : never }[keyof Table];
export type EventName = { [N in keyof Table]: Table[N] extends EventRow<infer _D, Audience> ? N : never }[keyof Table];
/** The events that change the app's state, and those that change a thread's. */
export type AppEventName = { [N in keyof Table]: Table[N] extends EventRow<infer _D, 'app' | 'both'> ? N : never }[keyof Table];
export type ThreadEventName = { [N in keyof Table]: Table[N] extends EventRow<infer _D, 'thread' | 'both'> ? N : never }[keyof Table];
export type DeltaName = { [N in keyof Table]: Table[N] extends DeltaRow<infer _D> ? N : never }[keyof Table];
export type RequestName = CommandName | QueryName;

export type Params<N extends RequestName> = Table[N] extends CommandRow<infer P, infer _R> | QueryRow<infer P, infer _R> ? P : never;
export type Result<N extends RequestName> = Table[N] extends CommandRow<infer _P, infer R> | QueryRow<infer _P, infer R> ? R : never;
export type EventData<N extends EventName> = Table[N] extends EventRow<infer D, Audience> ? D : never;
export type DeltaData<N extends DeltaName> = Table[N] extends DeltaRow<infer D> ? D : never;

/** What `decide` answers with, before it has a place in the log. */
export type NewEvent = { [N in EventName]: { stream: string; type: N; data: EventData<N> } }[EventName];

/** An event as it stands in the log. `seq` counts over all streams from 1; `at` is epoch milliseconds. */
export type LoggedEvent = NewEvent & { seq: number; at: number };

export type Delta = { [N in DeltaName]: { type: N; data: DeltaData<N> } }[DeltaName];

/** The stream of everything that belongs to no thread; a thread's stream has its id. */
export const appStream = 'app';

export function isRequestName(name: string): name is RequestName {
  const row = (protocol as Record<string, { kind: string }>)[name];
  return row?.kind === 'command' || row?.kind === 'query';
}

export function audienceOf(type: string): Audience | undefined {
  const row = Object.hasOwn(protocol, type) ? (protocol as Record<string, { kind: string; to?: Audience }>)[type] : undefined;
  return row?.kind === 'event' ? row.to : undefined;
}
