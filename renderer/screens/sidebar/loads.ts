import { useEffect, useState } from 'react';
import type { Project, ProjectLoad } from '../../../shared/domain/project.ts';
import { request } from '../../connection/connection.ts';
import { useApp } from '../../store/app.ts';

export interface Loads {
  loads: ProjectLoad[];
  /** There are others that are not listed. */
  more: boolean;
}

/** What a project would bring along, looked up when it is shown and when the window is turned to. */
export function useLoads({ id, trusted }: Pick<Project, 'id' | 'trusted'>): Loads | undefined {
  const [found, setFound] = useState<Loads>();
  const up = useApp((app) => app.link.state === 'up');
  useEffect(() => {
    if (trusted || !up) return undefined;
    let here = true;
    const read = (): void =>
      void request('project.loads', { projectId: id }).then(
        (loads) => here && setFound(loads),
        () => here && setFound({ loads: [], more: false }),
      );
    read();
    window.addEventListener('focus', read);
    return () => {
      here = false;
      window.removeEventListener('focus', read);
    };
  }, [id, trusted, up]);
  return found;
}

/** Stays the same until something that would be loaded comes, goes or gets another length. */
export function stampOf({ loads, more }: Loads): string {
  const lines = loads.map(({ kind, path, bytes, leads }) => `${kind} ${path} ${bytes} ${leads ?? ''}`);
  return [...lines, more ? 'more' : ''].join('\n');
}

const kinds: Record<ProjectLoad['kind'], [one: string, many: string]> = {
  instructions: ['instruction file', 'instruction files'],
  config: ['settings file', 'settings files'],
  skill: ['skill', 'skills'],
  environment: ['environment file', 'environment files'],
  hook: ['hook', 'hooks'],
};
export const kindName = (kind: ProjectLoad['kind']): string => kinds[kind][0];

/** "2 instruction files, a settings file": what there is, by kind. */
export function loadWords({ loads, more }: Loads): string {
  const words = (Object.keys(kinds) as ProjectLoad['kind'][]).flatMap((kind) => {
    const count = loads.filter((load) => load.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kinds[kind][count === 1 ? 0 : 1]}`];
  });
  return `${words.join(', ')}${more ? ' and others' : ''}`;
}
