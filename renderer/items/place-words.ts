import { useApp } from '../store/app.ts';
import { useThreads } from '../store/threads.ts';
import { useThread } from './thread-context.ts';

const inside = (folder: string | undefined, path: string): string | undefined => {
  const end = folder === undefined ? undefined : folder.replace(/[\\/]$/, '');
  if (end === undefined || end === '' || !path.startsWith(end)) return undefined;
  if (path.length === end.length) return '';
  return /[\\/]/.test(path.charAt(end.length)) ? path.slice(end.length + 1) : undefined;
};

/** A path as it stands below the first of the folders that holds it; '' for that folder itself, the whole path when none does. */
export function pathBelow(folders: readonly (string | undefined)[], path: string): string {
  // What climbs out again is no path below it.
  if (/(^|[\\/])\.\.([\\/]|$)/.test(path)) return path;
  return folders.map((folder) => inside(folder, path)).find((below) => below !== undefined) ?? path;
}

/** A path with `~` for the user's home, which says as much in less room and without the user's name. */
export function fromHome(home: string | undefined, path: string): string {
  const below = inside(home, path);
  if (below === undefined) return path;
  return below === '' ? '~' : `~${path.charAt(path.length - below.length - 1)}${below}`;
}

/** How paths outside of a thread are said. */
export function useFromHome(): (path: string) => string {
  const home = useApp((app) => app.health?.userHome);
  return (path) => fromHome(home, path);
}

/** How paths are said in the thread: which project, a path below it or the thread's folder, and all the ways to name one file. */
export function usePlaces(): { project: string; below: (path: string) => string; names: (path: string) => string[] } {
  const { threadId, projectId } = useThread();
  const cwd = useThreads((threads) => threads[threadId]?.state?.header.cwd);
  const project = useApp(({ app }) => app.projects.find(({ id }) => id === projectId));
  return {
    project: project?.name ?? 'the project',
    below: (path) => pathBelow([project?.path, cwd], path),
    names: (path) => [path, pathBelow([project?.path], path), pathBelow([cwd], path)],
  };
}
