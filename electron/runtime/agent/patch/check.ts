import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { FilesPort } from '../../ports.ts';
import { displayPath, resolvePath, withParentLinks } from '../tools/paths.ts';
import { applyHunks, countEdits, type Edit } from './apply.ts';
import { describeProblem } from './closest.ts';
import { unifiedDiff } from './diff.ts';
import { type TextFile, toLines, toText } from './lines.ts';
import { checkNew, placeShown } from './masks.ts';
import { type Change, parsePatch } from './parse.ts';

/** One side-by-side state of a file that the patch will change. `null` = the file does not exist. */
export interface PlannedFile {
  path: string;
  before: Uint8Array | null;
  after: Uint8Array | null;
  mode: number;
  added: number;
  removed: number;
}
export interface PlannedPatch {
  files: PlannedFile[];
  diff: string;
  /** A line for each change: "Updated a.ts (+3 -1)". */
  summary: string[];
}
/** A patch that can't be applied. `read` names the files whose lines the error quotes. */
export interface FailedPatch {
  error: AppError;
  read: string[];
}

const mostBytes = 20 * 1024 * 1024;
const newMode = 0o644;
const nothing: TextFile = { lines: [], ends: [], final: true, mark: false };
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Found {
  path: string;
  bytes: Uint8Array;
  text: TextFile;
  mode: number;
}
interface World {
  cwd: string;
  files: FilesPort;
  taken: Map<string, string>;
  redact(text: string): string;
}

const refuse = (message: string): never => {
  throw new AppError('invalid', message);
};

/** Every path may appear once: what a second change would start from is not on disk yet. */
function claim(world: World, real: string, name: string): void {
  const before = world.taken.get(real);
  if (before !== undefined) refuse(`${name} appears twice in this patch${before === name ? '' : ` (also as ${before})`}: join its hunks.`);
  for (const [file, other] of world.taken) {
    if (file.startsWith(real + path.sep) || real.startsWith(file + path.sep)) refuse(`${name} and ${other} can't both be files.`);
  }
  world.taken.set(real, name);
}

async function findOld(world: World, change: Change): Promise<Found> {
  const { files, cwd } = world;
  const name = change.path;
  const named = await withParentLinks(files, resolvePath(files, cwd, name));
  // A link to a file is followed when its text changes; deleting and moving concern the link itself, which a patch can't carry.
  const real = await files.realpath(named);
  const stat = real === undefined ? undefined : await files.stat(real);
  if (real === undefined || stat === undefined) throw new AppError('missing', `${name} does not exist.`);
  if (stat.kind === 'folder') refuse(`${name} is a folder.`);
  if (stat.kind !== 'file') refuse(`${name} is not an ordinary file.`);
  if (real !== named && (change.kind === 'delete' || (change.kind === 'update' && change.moveTo !== undefined))) {
    refuse(`${name} is a link to ${real}: name that file, or use the shell for the link.`);
  }
  if (stat.bytes > mostBytes) throw new AppError('limited', `${name} has ${stat.bytes} bytes: too large to patch.`);
  const bytes = await files.read(real);
  if (bytes === undefined) throw new AppError('missing', `${name} does not exist.`);
  if (bytes.includes(0)) refuse(`${name} is a binary file.`);
  try {
    return { path: real, bytes, text: toLines(decoder.decode(bytes)), mode: stat.mode & 0o7777 };
  } catch {
    return refuse(`${name} is not UTF-8 text.`);
  }
}

/** The absolute path of a file that is to be made: free, and not below a file, which `stat` refuses. */
async function findNew(world: World, name: string): Promise<string> {
  const { files, cwd } = world;
  const real = await withParentLinks(files, resolvePath(files, cwd, name));
  if (/[\\/]$/.test(name)) refuse(`${name} is the name of a folder.`);
  if ((await files.stat(real)) !== undefined) refuse(`${name} exists already: use "*** Update File".`);
  return real;
}

interface Planned {
  files: PlannedFile[];
  diff: string;
  summary: string;
}

async function planAdd(world: World, change: Extract<Change, { kind: 'add' }>): Promise<Planned> {
  const real = await findNew(world, change.path);
  checkNew(change.lines, change.path);
  claim(world, real, change.path);
  const text: TextFile = { ...nothing, lines: change.lines, ends: change.lines.map(() => '\n') };
  const name = displayPath(world.cwd, real);
  const edits: Edit[] = change.lines.length === 0 ? [] : [{ at: 0, removed: [], added: change.lines }];
  const counts = countEdits(edits);
  return {
    files: [{ path: real, before: null, after: encoder.encode(toText(text)), mode: newMode, ...counts }],
    diff: unifiedDiff({ old: null, new: name }, nothing, text, edits),
    summary: `Added ${name} (+${counts.added})`,
  };
}

async function planDelete(world: World, change: Extract<Change, { kind: 'delete' }>): Promise<Planned> {
  const old = await findOld(world, change);
  claim(world, old.path, change.path);
  const name = displayPath(world.cwd, old.path);
  const edits: Edit[] = old.text.lines.length === 0 ? [] : [{ at: 0, removed: old.text.lines, added: [] }];
  const counts = countEdits(edits);
  return {
    files: [{ path: old.path, before: old.bytes, after: null, mode: old.mode, ...counts }],
    diff: unifiedDiff({ old: name, new: null }, old.text, nothing, edits),
    summary: `Deleted ${name} (-${counts.removed})`,
  };
}

async function planUpdate(world: World, change: Extract<Change, { kind: 'update' }>, quoted: string[]): Promise<Planned> {
  const old = await findOld(world, change);
  claim(world, old.path, change.path);
  const target = change.moveTo === undefined ? undefined : await findNew(world, change.moveTo);
  if (target !== undefined) claim(world, target, change.moveTo ?? '');
  const placed = placeShown(old.text.lines, change.hunks, world.redact, change.path);
  if (!Array.isArray(placed)) {
    quoted.push(old.path);
    return refuse(`${change.path}: ${describeProblem(old.text.lines, change.hunks, placed)}`);
  }
  const { file, edits } = applyHunks(old.text, placed);
  if (edits.length === 0 && target === undefined) refuse(`${change.path}: the patch leaves this file as it is.`);
  const counts = countEdits(edits);
  const after = edits.length === 0 ? old.bytes : encoder.encode(toText(file));
  const name = displayPath(world.cwd, old.path);
  const plus = `(+${counts.added} -${counts.removed})`;
  if (target === undefined) {
    return {
      files: [{ path: old.path, before: old.bytes, after, mode: old.mode, ...counts }],
      diff: unifiedDiff({ old: name, new: name }, old.text, file, edits),
      summary: `Updated ${name} ${plus}`,
    };
  }
  const newName = displayPath(world.cwd, target);
  return {
    files: [
      { path: target, before: null, after, mode: old.mode, ...counts },
      { path: old.path, before: old.bytes, after: null, mode: old.mode, added: 0, removed: 0 },
    ],
    diff: unifiedDiff({ old: name, new: newName }, old.text, file, edits),
    summary: `Moved ${name} to ${newName} ${plus}`,
  };
}

function plan(world: World, change: Change, quoted: string[]): Promise<Planned> {
  if (change.kind === 'add') return planAdd(world, change);
  return change.kind === 'delete' ? planDelete(world, change) : planUpdate(world, change, quoted);
}

/**
 * Checks every hunk of every file and computes what would be written. Touches nothing; tells everything that is wrong at once. `redact`:
 * what was done to the lines that the patch's writer was shown.
 */
export async function checkPatch(
  text: string,
  cwd: string,
  files: FilesPort,
  redact: (text: string) => string = (same) => same,
): Promise<PlannedPatch | FailedPatch> {
  const world: World = { cwd, files, taken: new Map(), redact };
  const planned: Planned[] = [];
  const problems: AppError[] = [];
  const read: string[] = [];
  for (const change of parsePatch(text)) {
    try {
      planned.push(await plan(world, change, read));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
    }
  }
  const first = problems[0];
  if (first !== undefined) {
    const message = ['The patch was not applied; no file was changed.', ...problems.map((problem) => problem.message)].join('\n');
    return { error: new AppError(first.code, message, { data: { problems: problems.length } }), read };
  }
  return {
    files: planned.flatMap((one) => one.files),
    diff: planned.map((one) => one.diff).join(''),
    summary: planned.map((one) => one.summary),
  };
}
