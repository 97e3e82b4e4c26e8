import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Project, ProjectLoad } from '../../shared/domain/project.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { findFolder } from './exec.ts';
import { open, readApp } from './session.ts';
import { bold, dim, print, safe, tell, yellow } from './terminal.ts';

export function run(flags: Flags, args: readonly string[], verb: string): Promise<number> {
  const given = args[0] ?? '';
  return open(`projects ${verb}`, async (client) => {
    if (verb === 'add') {
      const { name } = flags;
      const { projectId } = await client.request('project.add', { path: findFolder(given), ...(typeof name === 'string' ? { name } : {}) });
      if (flags['trust']) await client.request('project.trust', { projectId, trusted: true });
      print(`${projectId}\n`);
      return 0;
    }
    const { projects } = await readApp(client);
    if (verb === 'list') {
      if (flags['json']) print(`${JSON.stringify(projects)}\n`);
      else if (projects.length === 0) tell('No projects.');
      else for (const { id, trusted, name, path } of projects) print(`${id}  ${trusted ? 'trusted  ' : 'untrusted'}  ${name}  ${path}\n`);
      return 0;
    }
    const { id: projectId } = find(projects, given);
    if (verb === 'trust') return trust(client, projectId, flags);
    await client.request('project.remove', { projectId });
    return 0;
  });
}

const kinds: Record<ProjectLoad['kind'], string> = {
  instructions: 'instructions to agents',
  config: 'settings, which can only tighten what agents may do',
  skill: 'a skill',
  environment: 'an environment',
  hook: 'a hook',
};

async function trust(client: Connection, projectId: string, flags: Flags): Promise<number> {
  const trusted = flags['undo'] !== true;
  if (trusted) {
    const { loads, more } = await client.request('project.loads', { projectId });
    tell(loads.length === 0 ? 'Nothing in it would be loaded now; what comes later will be.' : 'Once it is trusted, this counts:');
    for (const { kind, path: name, bytes, leads } of loads)
      tell(
        `  ${safe(name)}  ${dim(`${kinds[kind]}, ${bytes} bytes`)}${leads === undefined ? '' : `  ${yellow(`leads out of the project, to ${safe(leads)}`)}`}`,
      );
    if (more) tell('  and more');
    if (flags['yes'] !== true) {
      if (!process.stdin.isTTY) throw new AppError('invalid', 'Trusting a project needs --yes when nobody can be asked.');
      const lines = await (await import('./input.ts')).createLines();
      const answer = await lines.next(`${bold('Trust this project?')} [y/N] `);
      lines.close();
      if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
        tell('It is not trusted.');
        return 1;
      }
    }
  }
  await client.request('project.trust', { projectId, trusted });
  return 0;
}

function find(projects: readonly Project[], given: string): Project {
  const folder = existsSync(given) ? realpathSync(given) : path.resolve(given);
  const project = projects.find(({ id, path }) => id === given || path === folder);
  if (project) return project;
  throw new AppError('missing', `There is no project ${given}.`, { hint: 'See `switchyard projects list`.' });
}
