import type { GitHead, Project, ProjectLoad } from '../domain/project.ts';
import { z } from '../schema.ts';
import { command, event, query, typed } from './row.ts';

const projectId = z.string();

export const projectRows = {
  /** Adds a folder. Adding one that is there already answers with it and changes nothing. */
  'project.add': command(z.object({ path: z.string(), name: z.optional(z.string()) }), typed<{ projectId: string }>(), { from: 'client' }),
  'project.rename': command(z.object({ projectId, name: z.string().check(z.minLength(1), z.maxLength(200)) }), typed<null>(), {
    from: 'client',
  }),
  /** Puts it before another one, or last. */
  'project.move': command(z.object({ projectId, before: z.optional(z.string()) }), typed<null>(), { from: 'client' }),
  'project.trust': command(z.object({ projectId, trusted: z.boolean() }), typed<null>(), { from: 'client' }),
  /** Takes it off the list, with its threads archived; the folder is not touched. */
  'project.remove': command(z.object({ projectId }), typed<null>(), { from: 'client' }),

  /** What is checked out in each project's folder now; a folder in no repository is not among them. */
  'project.heads': query(z.object({}), typed<{ heads: Record<string, GitHead> }>()),

  /** What is loaded from the project, or run, once it is trusted. `leads`: where a link goes that leads out of the project. */
  'project.loads': query(z.object({ projectId }), typed<{ loads: ProjectLoad[]; more: boolean }>()),

  'project.added': event.app<{ project: Project }>(),
  'project.renamed': event.app<{ projectId: string; name: string }>(),
  'project.moved': event.app<{ projectId: string; before?: string }>(),
  'project.trusted': event.app<{ projectId: string; trusted: boolean }>(),
  'project.removed': event.app<{ projectId: string }>(),
};
