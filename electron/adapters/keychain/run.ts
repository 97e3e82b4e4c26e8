import { spawn } from 'node:child_process';

export interface Ran {
  /** Null when the program could not be started or took too long. */
  code: number | null;
  stdout: string;
  stderr: string;
}
/** Runs a program of the system with `input` on its standard input: secrets never stand among the arguments, which other users can see. */
export type Run = (program: string, args: string[], input: string) => Promise<Ran>;

/** A keychain may ask the person for a password; one that nobody can answer must not hang us for ever. */
const patienceMs = 60_000;

export const runProgram: Run = (program, args, input) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, timeout: patienceMs, killSignal: 'SIGKILL' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends before it has read its input breaks the pipe; its exit says the rest.
    child.stdin.on('error', () => {});
    child.on('error', (error) => resolve({ code: null, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
