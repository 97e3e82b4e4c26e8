import { useEffect, useState } from 'react';
import type { Result } from '../../../shared/protocol.ts';
import { request } from '../../connection/connection.ts';
import { useApp } from '../../store/app.ts';
import { useThreads } from '../../store/threads.ts';
import { wordsOf } from '../act.ts';

/** Of what permissions are shown: a thread, or new threads of a project. Neither: where no project is. */
export interface Scope {
  threadId?: string | undefined;
  projectId?: string | undefined;
}
export type Listed = Result<'profile.list'>;

export const placeOf = ({ threadId, projectId }: Scope): { threadId?: string; projectId?: string } =>
  threadId !== undefined ? { threadId } : projectId !== undefined ? { projectId } : {};

/** Profiles with their rules, as they are in force there now; what was read before stays until the next is here. */
export function useListed({ threadId, projectId }: Scope): { listed: Listed | undefined; error: string | undefined } {
  const [listed, setListed] = useState<Listed>();
  const [error, setError] = useState<string>();
  const rules = useApp(({ app }) => app.rules);
  const policy = useApp(({ app }) => app.policy);
  const projects = useApp(({ app }) => app.projects);
  const settings = useApp((app) => app.settings);
  const grants = useThreads((threads) => (threadId === undefined ? undefined : threads[threadId]?.state?.header.grants));
  useEffect(() => {
    let here = true;
    request('profile.list', placeOf({ threadId, projectId })).then(
      (read) => {
        if (!here) return;
        setListed(read);
        setError(undefined);
      },
      (thrown: unknown) => here && setError(wordsOf(thrown)),
    );
    return () => {
      here = false;
    };
    // What is in force changes with each of these.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [threadId, projectId, rules, policy, projects, settings, grants]);
  return { listed, error };
}
