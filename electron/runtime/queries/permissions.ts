import path from 'node:path';
import type { Places, Profile } from '../../../shared/domain/profile.ts';
import type { GrantedSubject, Rule } from '../../../shared/domain/rule.ts';
import { AppError } from '../../../shared/errors.ts';
import { nearest } from '../../../shared/nearest.ts';
import { profileBound } from '../../../shared/policy/bounds.ts';
import { readHost } from '../../../shared/policy/hosts.ts';
import type { ProfileListed } from '../../../shared/protocol/permission.ts';
import type { Params, Result } from '../../../shared/protocol.ts';
import type { Engine } from '../engine/engine.ts';
import { boundProfile, boundsOf, grantsAllowed } from '../policy/bounds.ts';
import { pathRules } from '../policy/confine.ts';
import { type Asked, absolute, explain } from '../policy/explain.ts';
import type { Standing } from '../policy/guard.ts';
import { inside } from '../policy/inside.ts';
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
  profiles: Record<string, Profile>;
  /** The profile that holds there when none is named. */
  current: string;
  grants: GrantedSubject[];
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
  const policy = ports.policy.current();
  return {
    cwd,
    places,
    profiles: Object.fromEntries(Object.entries(profiles).map(([name, each]) => [name, boundProfile(each, policy)])),
    current: header?.profile ?? profile,
    grants: grantsAllowed(policy, 'thread', header?.grants.map(({ subject }) => subject) ?? []),
    rules: project ? rules.filter((rule) => rule.projectId === project.id) : [],
  };
}

/** `permission.explain`. AppError `invalid` when not exactly one thing is asked about. */
export async function explainPermission(
  ports: Ports,
  engine: Engine,
  { path: file, command, domain, profile: wanted, ...where }: Params<'permission.explain'>,
): Promise<Result<'permission.explain'>> {
  const scope = await scopeOf(ports, engine, where);
  const name = wanted ?? scope.current;
  const profile = Object.hasOwn(scope.profiles, name) ? scope.profiles[name] : undefined;
  if (!profile) {
    const near = nearest(name, Object.keys(scope.profiles));
    const hint = near ? `Did you mean "${near}"?` : `Known: ${Object.keys(scope.profiles).join(', ')}.`;
    throw new AppError('invalid', `There is no profile "${name}".`, { hint });
  }
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
  const policy = ports.policy.current();
  const { ok } = await ports.sandbox.status();
  const standing: Standing = {
    profile,
    rules: pathRules(profile, scope.places),
    sandboxed: ok && profile.sandbox,
    grants: scope.grants,
    always: grantsAllowed(
      policy,
      'always',
      scope.rules.map(({ subject }) => subject),
    ),
    bounds: boundsOf(policy),
    roots: [scope.places.project, scope.places.worktree],
  };
  return explain(one, standing);
}

/** `profile.list`. */
export async function listProfiles(ports: Ports, engine: Engine, where: Where): Promise<Result<'profile.list'>> {
  const { profiles, current, grants, rules } = await scopeOf(ports, engine, where);
  const policy = ports.policy.current();
  const listed = Object.values(profiles).map((profile): ProfileListed => {
    const bound = profileBound(policy, profile.name);
    return {
      ...profile,
      current: profile.name === current,
      ...(bound ? { refused: `your organisation does not allow ${bound.message} (${bound.key})` } : {}),
    };
  });
  return { profiles: listed, grants, rules };
}
