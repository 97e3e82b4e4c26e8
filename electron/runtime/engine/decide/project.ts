import type { Project } from '../../../../shared/domain/project.ts';
import { AppError } from '../../../../shared/errors.ts';
import { appStream } from '../../../../shared/protocol.ts';
import { type DecideContext, type Decisions, done, threadOf } from '../decision.ts';
import { atRest } from './thread.ts';

type Names = 'project.add' | 'project.rename' | 'project.move' | 'project.trust' | 'project.remove';

const projectOf = (context: DecideContext, projectId: string): Project => {
  const project = context.app.projects.find(({ id }) => id === projectId);
  if (!project)
    throw new AppError('missing', `There is no project ${projectId}.`, {
      hint: 'It may have been taken off the list.',
      data: { reason: 'no-project' },
    });
  return project;
};

const lastPart = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

export const decideProject: Decisions<Names> = {
  'project.add': ({ path, name }, context) => {
    const known = context.app.projects.find((project) => project.path === path);
    if (known) return { events: [], value: { projectId: known.id } };
    const id = context.next('project');
    const project: Project = { id, path, name: name ?? lastPart(path), trusted: false, addedAt: context.at };
    return { events: [{ stream: appStream, type: 'project.added', data: { project } }], value: { projectId: id } };
  },
  'project.rename': ({ projectId, name }, context) => {
    const project = projectOf(context, projectId);
    return project.name === name ? done() : done({ stream: appStream, type: 'project.renamed', data: { projectId, name } });
  },
  'project.move': ({ projectId, before }, context) => {
    projectOf(context, projectId);
    if (before === projectId) return done();
    return done({ stream: appStream, type: 'project.moved', data: { projectId, ...(before === undefined ? {} : { before }) } });
  },
  'project.trust': ({ projectId, trusted }, context) => {
    const project = projectOf(context, projectId);
    return project.trusted === trusted ? done() : done({ stream: appStream, type: 'project.trusted', data: { projectId, trusted } });
  },
  'project.remove': ({ projectId }, context) => {
    projectOf(context, projectId);
    const threads = Object.values(context.app.threads).filter((thread) => thread.projectId === projectId);
    for (const { id } of threads) atRest(threadOf(context, id), 'archived');
    return done(...threads.map(({ id }) => ({ stream: id, type: 'thread.archived' as const, data: { archived: true } })), {
      stream: appStream,
      type: 'project.removed',
      data: { projectId },
    });
  },
};
