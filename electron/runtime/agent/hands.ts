import path from 'node:path';
import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { Places, Profile } from '../../../shared/domain/profile.ts';
import type { GrantedSubject } from '../../../shared/domain/rule.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { Standing } from '../policy/guard.ts';
import { accessTo } from '../policy/resolve.ts';
import { confinementFor, standingFor } from '../policy/standing.ts';
import type { ConfinedFiles, FilesPort, Ports, SearchPort } from '../ports.ts';

/** What a turn may touch, and how: the profile with the thread's places, asked anew each time, since a person may change it meanwhile. */
export interface Hands {
  places: Places;
  standing(): Standing;
  /** What the sandbox is told for a call that was granted `more`; undefined where commands run as the user's own. */
  confine(more?: readonly GrantedSubject[]): Confinement | undefined;
  /** Files as the tools see them; `writes` were granted although they lie where nothing may be written. */
  look(writes?: readonly string[]): Promise<{ files: FilesPort; search: SearchPort }>;
  /** Ends the processes that look at files. */
  close(): Promise<void>;
}

/** The nearest folder above a path that exists. */
async function folderAbove(files: FilesPort, file: string): Promise<string> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (folder === path.dirname(folder) || (await files.stat(folder).catch(() => undefined))?.kind === 'folder') return folder;
  }
}

/** Opens the hands of a thread. AppError `invalid` when its profile is no more. */
export async function createHands(ports: Ports, engine: Engine, threadId: string): Promise<Hands> {
  const header = () => {
    const found = engine.header(threadId);
    if (!found) throw new AppError('missing', 'The thread is gone.');
    return found;
  };
  const { projectId, cwd } = header();
  const project = () => engine.app().projects.find(({ id }) => id === projectId);
  const real = async (folder: string): Promise<string> => (await ports.files.realpath(folder)) ?? path.resolve(folder);
  const places: Places = {
    project: await real(project()?.path ?? cwd),
    worktree: await real(cwd),
    tmp: '/tmp',
    home: await real(ports.files.home()),
    data: await real(ports.home),
  };
  const { ok } = await ports.sandbox.status();
  const opened = new Map<string, ConfinedFiles>();

  /** As it is written. */
  const profile = (): Profile => {
    const { profile: name } = header();
    const { path: folder = cwd, trusted = false } = project() ?? {};
    // Trust is for the real folder: another one in its place has none.
    const { profiles } = ports.config.settings({ path: folder, trusted: trusted && places.project === folder });
    const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (found) return found;
    throw new AppError('invalid', `There is no profile "${name}" any more.`, {
      hint: `Choose one of: ${Object.keys(profiles).join(', ')}.`,
    });
  };
  const standing = (): Standing => {
    const rules = engine.app().rules.filter((rule) => rule.projectId === projectId);
    return standingFor({ profile: profile(), places, policy: ports.policy.current(), sandbox: ok, grants: header().grants, rules });
  };
  const confine: Hands['confine'] = (more = []) => {
    const now = standing();
    // Its commands reach each other's servers and find each other's temporary files.
    return now.sandboxed ? { ...confinementFor(now, places, { more }), group: threadId } : undefined;
  };
  return {
    places,
    standing,
    confine,
    look: async (writes = []) => {
      const now = standing();
      // Files are replaced as a whole, which takes leave to write beside them.
      const closed = writes.filter((file) => accessTo(file, now.rules).access !== 'write');
      const folders = now.sandboxed ? await Promise.all(closed.map((file) => folderAbove(ports.files, file))) : [];
      if (!now.sandboxed) return ports;
      const told = { ...confinementFor(now, places, { writes: [...new Set(folders)] }), group: threadId };
      const key = JSON.stringify(told);
      const known = opened.get(key) ?? ports.sandbox.files(told);
      opened.set(key, known);
      return known;
    },
    close: async () => {
      await Promise.all([...opened.values()].map((each) => each.close()));
      opened.clear();
    },
  };
}
