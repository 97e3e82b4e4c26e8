import { execFile } from 'node:child_process';

/** The first line that a program prints, or undefined when it can't be run. */
export function tryProgram(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 5000 }, (error, stdout) => resolve(error ? undefined : (stdout.split('\n')[0] ?? '').trim()));
  });
}
