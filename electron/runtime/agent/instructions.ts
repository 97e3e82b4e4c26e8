import path from 'node:path';
import type { InstructionsItem } from '../../../shared/domain/item.ts';
import type { FilesPort } from '../ports.ts';
import { charBorder } from './bounded.ts';

/** Bytes that all instruction files together may take. */
const limit = 32 * 1024;

export interface Instructions {
  sources: InstructionsItem['sources'];
  withheld: string[];
  text: string;
}

/** The folders from the project's root down to the working folder, both included. */
function foldersBetween(root: string, cwd: string): string[] {
  const inner = path.relative(root, cwd);
  if (inner.startsWith('..') || path.isAbsolute(inner)) return [root];
  const folders = [root];
  for (const part of inner.split(path.sep).filter(Boolean)) folders.push(path.join(folders.at(-1) ?? root, part));
  return folders;
}

/**
 * The user's own AGENTS.md (in ~/.agents, else in the home folder), then the project's, from its root down to the working folder: the
 * nearer one comes later. An untrusted project's files are named, not read. Together they are cut at 32 KB.
 */
export async function gatherInstructions(
  files: FilesPort,
  project: { path: string; trusted: boolean },
  cwd: string,
): Promise<Instructions> {
  const found: Instructions = { sources: [], withheld: [], text: '' };
  let room = limit;
  const take = async (file: string): Promise<boolean> => {
    const bytes = await files.read(file, { from: 0, length: room + 1 }).catch(() => undefined);
    if (!bytes) return false;
    const taken = bytes.length > room ? bytes.subarray(0, charBorder(bytes, room)) : bytes;
    const text = new TextDecoder().decode(taken);
    room -= taken.length;
    found.sources.push({ path: file, bytes: taken.length, cut: taken.length < bytes.length });
    if (text.trim() !== '') found.text += `\n<instructions file="${file}">\n${text.trim()}\n</instructions>\n`;
    return true;
  };

  const home = files.home();
  if (!(await take(path.join(home, '.agents', 'AGENTS.md')))) await take(path.join(home, 'AGENTS.md'));
  for (const folder of foldersBetween(project.path, cwd)) {
    const file = path.join(folder, 'AGENTS.md');
    if (folder === home) continue;
    if (project.trusted) await take(file);
    else if (await files.stat(file).catch(() => undefined)) found.withheld.push(file);
  }
  if (found.text !== '')
    found.text = `Instruction files of the user and the project; where they differ, the later one counts.\n${found.text}`;
  return found;
}
