import type { FileChange } from '../../../../shared/domain/item.ts';
import type { OpenPatch } from '../../../../shared/domain/thread.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { FilesPort, FileWrite, LogPort } from '../../ports.ts';

export interface RecoveredPatch {
  outcome: 'applied' | 'not-applied' | 'foreign';
  /** For the model and for people. */
  text: string;
  files: FileChange[];
}

type State = 'before' | 'after' | 'foreign';
type PatchFile = OpenPatch['files'][number];

async function stateOf(file: PatchFile, files: FilesPort): Promise<State> {
  const stat = await files.stat(file.path);
  const bytes = stat?.kind === 'file' ? await files.read(file.path) : undefined;
  if (stat !== undefined && bytes === undefined) return 'foreign';
  const hash = bytes === undefined ? null : files.hash(bytes);
  if (hash === file.after) return 'after';
  return hash === file.before ? 'before' : 'foreign';
}

/** The write that brings a file to the side named by `hash`. AppError `broken` when the log lost the bytes. */
function writeTo(file: PatchFile, hash: string | null, log: Pick<LogPort, 'blob'>): FileWrite {
  if (hash === null) return { path: file.path, bytes: null, mode: file.mode };
  const bytes = log.blob(hash);
  if (bytes === undefined) throw new AppError('broken', `The bytes of ${file.path} (${hash}) are not in the log.`);
  return { path: file.path, bytes, mode: file.mode };
}

const withoutMode = ({ path, before, after, added, removed }: PatchFile): FileChange => ({ path, before, after, added, removed });

const words: Record<State, string> = {
  before: 'as it was before the patch',
  after: 'as the patch makes it',
  foreign: 'changed by something else',
};

/**
 * Ends a patch that was announced in the log and may have been cut off between two files. Nothing written: it stays so. Some written: the
 * rest is written too. A file that is neither as before nor as after: nothing is touched and the state of each file is told.
 */
export async function recoverPatch(patch: OpenPatch, files: FilesPort, log: Pick<LogPort, 'blob'>): Promise<RecoveredPatch> {
  await files.tidy(patch.files.map((file) => file.path));
  const states = await Promise.all(patch.files.map((file) => stateOf(file, files)));
  if (states.every((state) => state === 'before')) {
    return { outcome: 'not-applied', text: 'The patch was interrupted before it changed any file. Nothing was written.', files: [] };
  }
  if (states.includes('foreign')) {
    const list = patch.files.map((file, index) => `${file.path}: ${words[states[index] ?? 'foreign']}`);
    const text = `The patch was interrupted and its files have changed since; nothing more was written. Look at each:\n${list.join('\n')}`;
    return { outcome: 'foreign', text, files: patch.files.filter((_, index) => states[index] === 'after').map(withoutMode) };
  }
  const rest = patch.files.filter((_, index) => states[index] === 'before');
  if (rest.length > 0) await files.replace(rest.map((file) => writeTo(file, file.after, log)));
  const text = `The patch was interrupted and has been finished: ${patch.files.map((file) => file.path).join(', ')}.`;
  return { outcome: 'applied', text, files: patch.files.map(withoutMode) };
}

/** Takes back what stands of a patch that can't be finished. Files that something else changed are left alone; answers what could not be restored. */
export async function undoPatch(patch: OpenPatch, files: FilesPort, log: Pick<LogPort, 'blob'>): Promise<string[]> {
  const states = await Promise.all(patch.files.map((file) => stateOf(file, files)));
  const done = patch.files.filter((_, index) => states[index] === 'after');
  if (done.length > 0) await files.replace(done.map((file) => writeTo(file, file.before, log)));
  return patch.files.filter((_, index) => states[index] === 'foreign').map((file) => file.path);
}
