import path from 'node:path';
import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { Places, Profile } from '../../../shared/domain/profile.ts';
import type { GrantedSubject } from '../../../shared/domain/rule.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { boundProfile, boundsOf, grantsAllowed } from '../policy/bounds.ts';
import { confinementOf, pathRules } from '../policy/confine.ts';
import { guard, type Standing } from '../policy/guard.ts';
import { accessTo } from '../policy/resolve.ts';
import type { ConfinedFiles, FilesPort, Ports, SearchPort } from '../ports.ts';

/** What a turn may touch, and how: the profile with the thread's places, asked anew each time, since a person may change it meanwhile. */
export interface Hands {
  places: Places;
  profile(): Profile;
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

  const profile = (): Profile => {
    const { profile: name } = header();
    const { path: folder = cwd, trusted = false } = project() ?? {};
    // Trust is for the real folder: another one in its place has none.
    const { profiles } = ports.config.settings({ path: folder, trusted: trusted && places.project === folder });
    const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (found) return boundProfile(found, ports.policy.current());
    throw new AppError('invalid', `There is no profile "${name}" any more.`, {
      hint: `Choose one of: ${Object.keys(profiles).join(', ')}.`,
    });
  };
  const standing = (): Standing => {
    const now = profile();
    const policy = ports.policy.current();
    return {
      profile: now,
      rules: pathRules(now, places),
      sandboxed: ok && now.sandbox,
      grants: grantsAllowed(
        policy,
        'thread',
        header().grants.map(({ subject }) => subject),
      ),
      always: grantsAllowed(
        policy,
        'always',
        engine.app().rules.flatMap((rule) => (rule.projectId === projectId ? [rule.subject] : [])),
      ),
      bounds: boundsOf(policy),
      roots: [places.project, places.worktree],
    };
  };
  const confine: Hands['confine'] = (more = []) => {
    const now = standing();
    if (!now.sandboxed) return undefined;
    // A grant that a rule refuses by now opens nothing.
    const holds = (subject: GrantedSubject): boolean =>
      guard(subject.kind === 'write' ? { ...subject, diff: '' } : subject, now).decision === 'allow';
    const told = confinementOf(now.profile, places, [...[...now.grants, ...now.always].filter(holds), ...more]);
    // Its commands reach each other's servers and find each other's temporary files.
    return { ...told, group: threadId };
  };
  return {
    places,
    profile,
    standing,
    confine,
    look: async (writes = []) => {
      const now = standing();
      // Files are replaced as a whole, which takes leave to write beside them.
      const closed = writes.filter((file) => accessTo(file, now.rules).access !== 'write');
      const folders = now.sandboxed ? await Promise.all(closed.map((file) => folderAbove(ports.files, file))) : [];
      const told = confine(folders.length > 0 ? [{ kind: 'write', paths: [...new Set(folders)] }] : []);
      if (!told) return ports;
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
