import { type JSX, useEffect } from 'react';
import { followThread } from '../../connection/connection.ts';
import { Glyph, glyphOf, glyphWords } from '../../parts/glyph.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { amount, count, fullTime } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { useThreads } from '../../store/threads.ts';
import { useUi } from '../../store/ui.ts';
import { effortNames, modelOf, profileName } from '../thread/composer/choices.ts';

function Line({ name, children }: { name: string; children: string }): JSX.Element {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 text-right break-words tabular-nums [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

/** What a row has no room for. The rest of the thread is fetched while the card is open. */
export function ThreadCard({ threadId }: { threadId: string }): JSX.Element | null {
  const thread = useApp(({ app }) => app.threads[threadId]);
  const project = useApp(({ app }) => app.projects.find(({ id }) => id === thread?.projectId));
  const settings = useApp((app) => app.settings);
  const seenAt = useUi((ui) => ui.kept.seen[threadId]);
  const header = useThreads((threads) => threads[threadId]?.state?.header);
  useEffect(() => followThread(threadId), [threadId]);
  if (!thread) return null;
  const state = glyphOf(thread, seenAt);
  const model = [
    header && (modelOf(settings, header.model)?.name ?? header.model),
    header?.effort && effortNames[header.effort].toLowerCase(),
  ]
    .filter(Boolean)
    .join(', ');
  const tokens = header ? header.tokens.input + header.tokens.output : undefined;
  return (
    <div className="flex flex-col gap-2">
      <p className="font-strong break-words">
        <bdi>{visibleLine(thread.title)}</bdi>
      </p>
      <p className="flex items-center gap-1.5 text-muted">
        <Glyph state={state} silent />
        {glyphWords[state]}
        {thread.needs > 1 ? `, ${thread.needs} questions` : ''}
        {thread.background > 0 ? `, ${thread.background} in the background` : ''}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-caption">
        {project ? <Line name="Project">{visibleLine(project.name)}</Line> : null}
        {thread.cwd === project?.path ? null : <Line name="Folder">{visibleLine(thread.cwd)}</Line>}
        {header ? <Line name="Model">{visibleLine(model)}</Line> : null}
        {header ? <Line name="Profile">{profileName(header.profile)}</Line> : null}
        {header && header.queue.length > 0 ? <Line name="Waiting messages">{count(header.queue.length)}</Line> : null}
        {tokens ? <Line name="Tokens">{count(tokens)}</Line> : null}
        {header && header.credits > 0 ? <Line name="Credits">{amount(header.credits)}</Line> : null}
        <Line name="Last event">{fullTime(thread.updatedAt)}</Line>
      </dl>
    </div>
  );
}
