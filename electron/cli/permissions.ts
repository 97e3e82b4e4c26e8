import type { Flags } from './arguments.ts';

export async function run(flags: Flags): Promise<number> {
  return (await import('./explain.ts')).run(flags);
}
