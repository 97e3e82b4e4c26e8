import path from 'node:path';
import type { Places, Profile } from '../../../shared/domain/profile.ts';
import type { Rule } from '../../../shared/domain/rule.ts';
import type { Grant } from '../../../shared/domain/thread.ts';
import { AppError } from '../../../shared/errors.ts';
import { nearest } from '../../../shared/nearest.ts';
import { profileBound } from '../../../shared/policy/bounds.ts';
import { readHost } from '../../../shared/policy/hosts.ts';
import type { ProfileListed } from '../../../shared/protocol/permission.ts';
import type { Params, Result } from '../../../shared/protocol.ts';
import type { Engine } from '../engine/engine.ts';
import { boundProfile, checkProfileAllowed, grantsAllowed } from '../policy/bounds.ts';
import { type Asked, absolute, explain } from '../policy/explain.ts';
import { inside } from '../policy/inside.ts';
import { confinementFor, standingFor } from '../policy/standing.ts';
import type { FilesPort, Ports } from '../ports.ts';

/** The real path of what may not be there yet: of as much of it as there is. */
async function realOf(files: FilesPort, file: string): Promise<string> {
  const real = await files.realpath(file).catch(() => undefined);
  if (real !== undefined || path.dirname(file) === file) return real ?? file;
  return path.join(await realOf(files, path.dirname(file)), path.basename(file));
}

interface Scope {
  cwd: string;
  places: Places;
  /** As they are written. */
  profiles: Record<string, Profile>;
  /** The profile that holds there when none is named. */
  current: string;
  grants: Grant[];
  rules: Rule[];
}

type Where = Params<'profile.list'>;

async function scopeOf(ports: Ports, engine: Engine, { threadId, projectId, cwd: asked }: Where): Promise<Scope> {
  const { projects, rules } = engine.app();
  const header = threadId === undefined ? undefined : engine.header(threadId);
  if (threadId !== undefined && !header) throw new AppError('missing', `There is no thread ${threadId}.`);
  const wanted = header?.projectId ?? projectId;
  const named = projects.find(({ id }) => id === wanted);
  if (projectId !== undefined && !named) throw new AppError('missing', `There is no project ${projectId}.`);
  const cwd = await realOf(ports.files, header?.cwd ?? asked ?? named?.path ?? ports.files.home());
  // Of projects inside of one another the innermost one.
  const around = projects.filter((each) => inside(cwd, each.path)).sort((a, b) => b.path.length - a.path.length);
  const project = named ?? around[0];
  const places: Places = {
    project: await realOf(ports.files, project?.path ?? cwd),
    worktree: header ? cwd : await realOf(ports.files, project?.path ?? cwd),
    tmp: '/tmp',
    home: await realOf(ports.files, ports.files.home()),
    data: await realOf(ports.files, ports.home),
  };
  const trusted = project !== undefined && project.trusted && places.project === project.path;
  const { profiles, profile } = ports.config.settings(project && { path: project.path, trusted });
  return {
    cwd,
    places,
    profiles,
    current: header?.profile ?? profile,
    grants: header?.grants ?? [],
    rules: project ? rules.filter((rule) => rule.projectId === project.id) : [],
  };
}

/** AppError `invalid` when there is none of this name. */
function profileOf({ profiles, current }: Scope, wanted: string | undefined): Profile {
  const name = wanted ?? current;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  const near = nearest(name, Object.keys(profiles));
  const hint = near ? `Did you mean "${near}"?` : `Known: ${Object.keys(profiles).join(', ')}.`;
  throw new AppError('invalid', `There is no profile "${name}".`, { hint });
}

/** `permission.explain`. AppError `invalid` when not exactly one thing is asked about. */
export async function explainPermission(
  ports: Ports,
  engine: Engine,
  { path: file, command, domain, profile: wanted, ...where }: Params<'permission.explain'>,
): Promise<Result<'permission.explain'>> {
  const scope = await scopeOf(ports, engine, where);
  const asked: Asked[] = [
    ...(file === undefined
      ? []
      : [{ kind: 'path' as const, path: await realOf(ports.files, absolute(file, scope.cwd, scope.places.home)) }]),
    ...(command === undefined ? [] : [{ kind: 'command' as const, command, cwd: scope.cwd }]),
    ...(domain === undefined ? [] : [{ kind: 'domain' as const, domain }]),
  ];
  const [one] = asked;
  if (!one || asked.length > 1) throw new AppError('invalid', 'Ask about one path, one command or one domain.');
  if (one.kind === 'domain' && (!readHost(one.domain) || one.domain.startsWith('*')))
    throw new AppError('invalid', `"${one.domain}" is no host.`, { hint: 'For example registry.npmjs.org, or localhost:8080.' });
  const { ok } = await ports.sandbox.status();
  return explain(one, standingFor({ ...scope, profile: profileOf(scope, wanted), policy: ports.policy.current(), sandbox: ok }));
}

/** `permission.confinement`. AppError `denied` where the organisation allows no such profile. */
export async function confinementThere(
  ports: Ports,
  engine: Engine,
  { profile: wanted, ...where }: Params<'permission.confinement'>,
): Promise<Result<'permission.confinement'>> {
  const scope = await scopeOf(ports, engine, where);
  const policy = ports.policy.current();
  const profile = profileOf(scope, wanted);
  checkProfileAllowed(policy, profile.name);
  // Where there is no sandbox, whoever is about to start something in it says so.
  const standing = standingFor({ ...scope, profile, policy, sandbox: true });
  return { worktree: scope.places.worktree, ...(standing.sandboxed ? { confine: confinementFor(standing, scope.places) } : {}) };
}

/** `profile.list`. */
export async function listProfiles(ports: Ports, engine: Engine, where: Where): Promise<Result<'profile.list'>> {
  const { profiles, current, grants, rules } = await scopeOf(ports, engine, where);
  const policy = ports.policy.current();
  const listed = Object.values(profiles).map((written): ProfileListed => {
    const profile = boundProfile(written, policy);
    const bound = profileBound(policy, profile.name);
    return {
      ...profile,
      current: profile.name === current,
      ...(bound ? { refused: `your organisation does not allow ${bound.message} (${bound.key})` } : {}),
    };
  });
  const counting = grantsAllowed(
    policy,
    'thread',
    grants.map(({ subject }) => subject),
  );
  return { profiles: listed, grants: counting, rules };
}
