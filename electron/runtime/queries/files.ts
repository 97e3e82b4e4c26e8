import path from 'node:path';
import type { Project } from '../../../shared/domain/project.ts';
import { AppError } from '../../../shared/errors.ts';
import { inside } from '../policy/inside.ts';
import type { FilesPort, SearchPort } from '../ports.ts';

const looked = 20_000;
const shown = 256 * 1024;

/** How well a path fits what was typed: its letters in order, best when together and in the file's name; undefined when they do not fit. */
export function fit(candidate: string, text: string): number | undefined {
  const lower = candidate.toLowerCase();
  const wanted = text.toLowerCase();
  const name = lower.slice(lower.lastIndexOf('/') + 1);
  if (name.startsWith(wanted)) return 3000 - candidate.length;
  if (name.includes(wanted)) return 2000 - candidate.length;
  if (lower.includes(wanted)) return 1000 - candidate.length;
  let at = -1;
  for (const letter of wanted) {
    at = lower.indexOf(letter, at + 1);
    if (at < 0) return undefined;
  }
  return -candidate.length;
}

/** Paths below `cwd`, relative to it, that fit the text, best first. */
export async function findFiles(search: SearchPort, cwd: string, text: string, limit: number): Promise<string[]> {
  const { paths } = await search.files(cwd, { limit: looked }, new AbortController().signal);
  return paths
    .map((file) => path.relative(cwd, file).replaceAll(path.sep, '/'))
    .flatMap((file) => {
      const score = fit(file, text);
      return score === undefined ? [] : [{ file, score }];
    })
    .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1))
    .slice(0, limit)
    .map(({ file }) => file);
}

/** The beginning of a text file of a project; links that lead out of it are not followed. */
export async function readProjectFile(
  files: FilesPort,
  project: Project,
  file: string,
): Promise<{ text: string; bytes: number; cut: boolean }> {
  const real = await files.realpath(path.resolve(project.path, file));
  if (real === undefined) throw new AppError('missing', `There is no file ${file}.`);
  if (!inside(real, project.path)) throw new AppError('denied', `${file} is outside the project.`);
  const stat = await files.stat(real);
  if (stat?.kind !== 'file') throw new AppError('invalid', `${file} is not a file.`);
  const bytes = (await files.read(real, { from: 0, length: shown })) ?? new Uint8Array();
  if (bytes.includes(0)) throw new AppError('invalid', `${file} is not a text file.`);
  return { text: new TextDecoder().decode(bytes), bytes: stat.bytes, cut: stat.bytes > shown };
}
