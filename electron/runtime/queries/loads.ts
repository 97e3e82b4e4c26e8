import path from 'node:path';
import type { ProjectLoad } from '../../../shared/domain/project.ts';
import { inside } from '../policy/inside.ts';
import type { FilesPort, SearchPort } from '../ports.ts';

const most = 200;
/** Folders of skills, each with a folder a skill, and what else is looked for by name. */
const skillFolders = ['.agents/skills', '.switchyard/skills'];
const named: [ProjectLoad['kind'], string][] = [
  ['config', '.switchyard/config.toml'],
  ['environment', '.switchyard/environment.toml'],
];
const folders: [ProjectLoad['kind'], string][] = [
  ['environment', '.switchyard/environments'],
  ['hook', '.switchyard/hooks'],
];

/** What a project brings along that counts, or runs, only once it is trusted. Names are looked at, never what is in the files. */
export async function findLoads(files: FilesPort, search: SearchPort, root: string): Promise<{ loads: ProjectLoad[]; more: boolean }> {
  const loads: ProjectLoad[] = [];
  const add = async (kind: ProjectLoad['kind'], name: string): Promise<void> => {
    const file = path.join(root, name);
    const stat = await files.stat(file).catch(() => undefined);
    if (stat?.kind !== 'file') return;
    const real = await files.realpath(file);
    const leads = real !== undefined && !inside(real, root) ? { leads: real } : {};
    loads.push({ kind, path: name, bytes: stat.bytes, ...leads });
  };
  await add('instructions', 'AGENTS.md');
  const below = await search.files(root, { limit: most, glob: '**/AGENTS.md' }, new AbortController().signal).catch(() => undefined);
  for (const file of below?.paths ?? []) {
    const name = path.relative(root, path.resolve(root, file)).split(path.sep).join('/');
    if (name !== 'AGENTS.md') await add('instructions', name);
  }
  for (const [kind, name] of named) await add(kind, name);
  for (const [kind, folder] of folders) {
    for (const { name } of (await files.list(path.join(root, folder)).catch(() => undefined)) ?? []) await add(kind, `${folder}/${name}`);
  }
  for (const folder of skillFolders) {
    for (const { name } of (await files.list(path.join(root, folder)).catch(() => undefined)) ?? [])
      await add('skill', `${folder}/${name}/SKILL.md`);
  }
  return { loads: loads.slice(0, most), more: loads.length > most || below?.more === true };
}
