import type { Flags } from './arguments.ts';

export async function run(flags: Flags, args: readonly string[], verb: string): Promise<number> {
  if (verb === 'explain') return (await import('./explain.ts')).run(flags);
  return (await import('./rules.ts')).run(flags, args);
}
