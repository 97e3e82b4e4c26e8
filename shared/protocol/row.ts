import type { Schema } from '../schema.ts';

// The four kinds of rows of the protocol's table. Types, validation, client methods and handler maps all derive from them.

/** Carries a type and nothing else: results and events are made by our own code and need no validation. */
export interface Typed<T> {
  readonly _type?: T;
}
export const typed = <T>(): Typed<T> => ({});

export interface CommandRow<P, R> {
  kind: 'command';
  params: Schema<P>;
  result: Typed<R>;
  /** A client can't send what only the runtime may say. */
  from: 'client' | 'runtime';
  /** What the engine fetches in the commit's transaction and hands to `decide`. */
  reads?: 'turn';
}
export function command<P, R>(params: Schema<P>, result: Typed<R>, more: { from: 'client' | 'runtime'; reads?: 'turn' }): CommandRow<P, R> {
  return { kind: 'command', params, result, ...more };
}

export interface QueryRow<P, R> {
  kind: 'query';
  params: Schema<P>;
  result: Typed<R>;
}
export function query<P, R>(params: Schema<P>, result: Typed<R>): QueryRow<P, R> {
  return { kind: 'query', params, result };
}

export type Audience = 'app' | 'thread' | 'both';
export interface EventRow<D, To extends Audience = Audience> {
  kind: 'event';
  data: Typed<D>;
  /** Whose state it changes. */
  to: To;
}
const row =
  <To extends Audience>(to: To) =>
  <D>(): EventRow<D, To> => ({ kind: 'event', data: {}, to });
export const event = { app: row('app'), thread: row('thread'), both: row('both') };

/** Never stored: the finished item is the truth. */
export interface DeltaRow<D> {
  kind: 'delta';
  data: Typed<D>;
}
export function delta<D>(): DeltaRow<D> {
  return { kind: 'delta', data: {} };
}
