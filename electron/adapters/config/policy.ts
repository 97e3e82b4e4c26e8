import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { noPolicy, type PolicyProblem, type PolicyState, policyKeys } from '../../../shared/domain/policy.ts';
import type { PolicyPort } from '../../runtime/ports.ts';
import { locate } from './locate.ts';
import { checkPolicy, type PolicyRead } from './policy-check.ts';
import { type Looked, lookAt, type PolicyPlace } from './policy-place.ts';
import { wrongOnWindows } from './policy-windows.ts';

const mostBytes = 256 * 1024;
/** How often somebody who watches is looked for, in milliseconds. */
const watchEvery = 1000;

const nothing: PolicyRead = { values: {}, lines: {}, lost: [], problems: [], warnings: [] };
const unusable = (problem: PolicyProblem): PolicyRead => ({ ...nothing, lost: [...policyKeys], problems: [problem] });

/** The bytes of exactly the file that was looked at. */
function readBytes(file: string): Uint8Array {
  // Not defined on Windows, where links to files need an administrator.
  const handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new Error('it is not a file');
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** What a policy.toml says. Never throws: what is wrong is among the problems. */
export function readPolicy(bytes: Uint8Array): PolicyRead {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return unusable({ line: lineOfBadByte(bytes), message: 'this is not UTF-8 text.' });
  }
  try {
    return checkPolicy(parse(text), locate(text));
  } catch (error) {
    if (error instanceof TomlError) {
      const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
      return unusable({ line: error.line, message: `this is not valid TOML: ${reason} (column ${error.column}).` });
    }
    return unusable({ line: 0, message: error instanceof RangeError ? 'it is nested too deeply.' : String(error) });
  }
}

/** The line on which UTF-8 ends. */
function lineOfBadByte(bytes: Uint8Array): number {
  const lines = new TextDecoder('utf-8').decode(bytes).split('\n');
  return Math.max(1, lines.findIndex((line) => line.includes('\uFFFD')) + 1);
}

function readState(file: string, { stamp, bytes, problem }: Looked): PolicyState {
  if (stamp === '') return { ...noPolicy, file };
  const invalid = (message: string): PolicyState => ({ ...noPolicy, ...unusable({ line: 0, message }), status: 'invalid', file });
  const wrong = problem ?? (process.platform === 'win32' ? wrongOnWindows(file) : undefined);
  if (wrong !== undefined) return invalid(`${wrong}.`);
  if (bytes > mostBytes) return invalid(`it is larger than ${mostBytes} bytes.`);
  let content: Uint8Array;
  try {
    content = readBytes(file);
  } catch (thrown) {
    return invalid(`it can't be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
  const read = readPolicy(content);
  const hash = createHash('sha256').update(content).digest('hex');
  return { ...read, status: read.problems.length > 0 ? 'invalid' : 'in force', file, hash };
}

/** The organisation's policy.toml. Looked at with each call, read again when it or its place has changed. */
export function createPolicyFile(place: PolicyPlace): PolicyPort {
  let known: { stamp: string; state: PolicyState } | undefined;
  const current = (): PolicyState => {
    const looked = lookAt(place);
    const stamp = `${looked.stamp} ${looked.problem ?? ''}`;
    if (known?.stamp !== stamp) known = { stamp, state: readState(place.file, looked) };
    return known.state;
  };
  return {
    current,
    watch: (callback) => {
      let seen = current();
      const timer = setInterval(() => {
        const now = current();
        if (now === seen) return;
        seen = now;
        callback();
      }, watchEvery);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
