import type { FileChange } from '../../../../shared/domain/item.ts';
import type { OpenPatch } from '../../../../shared/domain/thread.ts';
import { AppError } from '../../../../shared/errors.ts';
import { runsByItself } from '../../../../shared/policy/autorun.ts';
import { z } from '../../../../shared/schema.ts';
import { belowRoot } from '../../policy/guard.ts';
import type { FilesPort } from '../../ports.ts';
import { bodyOf } from '../body.ts';
import { checkPatch, type PlannedPatch } from '../patch/check.ts';
import { recoverPatch, undoPatch } from '../patch/recover.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { count } from './result.ts';

const guide = `Changes files, all or none. Paths are relative to the working folder. Form:
*** Begin Patch
*** Update File: a.ts
*** Move to: b.ts (optional)
@@ optional line above, to find the place
 unchanged line
-old line
+new line
*** Add File: c.ts
+every line
*** Delete File: d.ts
*** End Patch
Give about 3 unchanged lines around each change.`;

/** The patch as the log keeps it, with the old and the new bytes put there first. */
function announce(plan: PlannedPatch, context: ToolContext): OpenPatch {
  const put = (bytes: Uint8Array | null): string | null => (bytes === null ? null : context.log.putBlob(bytes));
  const files = plan.files.map(({ path, before, after, mode, added, removed }) => ({
    path,
    before: put(before),
    after: put(after),
    mode,
    added,
    removed,
  }));
  return { call: context.call.id, files };
}

/** What stood on disk when the patch was checked must stand there still: an approval may have taken hours. */
async function checkUnchanged(plan: PlannedPatch, files: FilesPort): Promise<void> {
  for (const { path, before } of plan.files) {
    const now = (await files.stat(path)) === undefined ? undefined : await files.read(path);
    const same = before === null || now === undefined ? before === null && now === undefined : files.hash(now) === files.hash(before);
    if (!same) {
      throw new AppError('conflict', `${path} changed after the patch was checked; no file was changed.`, {
        hint: 'Read it again and send a new patch.',
      });
    }
  }
}

/** The disk refused in the middle: finish if that is possible now, else take back, else say what stands. */
async function settle(patch: OpenPatch, context: ToolContext, files: FilesPort, cause: unknown): Promise<void> {
  const reason = cause instanceof Error ? cause.message : String(cause);
  try {
    const { outcome, text } = await recoverPatch(patch, files, context.log);
    if (outcome === 'applied') return;
    if (outcome === 'not-applied') throw new AppError('unavailable', `${reason} No file was changed.`, { cause });
    throw new AppError('conflict', `${reason} ${text}`, { cause });
  } catch (error) {
    if (error instanceof AppError && error.cause === cause) throw error;
    const left = await undoPatch(patch, files, context.log).catch(() => patch.files.map((file) => file.path));
    const rest = left.length === 0 ? 'What had been written was taken back.' : `These files may have been changed: ${left.join(', ')}.`;
    throw new AppError('unavailable', `${reason} ${rest}`, { cause });
  }
}

async function write(plan: PlannedPatch, context: ToolContext, signal: AbortSignal): Promise<ToolResult> {
  const { files: disk } = await context.hands.look(plan.files.map((file) => file.path));
  await checkUnchanged(plan, disk);
  if (signal.aborted) throw new AppError('cancelled', 'Stopped before any file was changed.');
  const patch = announce(plan, context);
  context.record([{ type: 'patch.prepared', data: patch }]);
  // From here on the patch runs to its end whatever the signal says.
  try {
    const roots = [context.hands.places.project, context.hands.places.worktree];
    for (const { path, after, mode } of plan.files) if (runsByItself(belowRoot(path, roots))) context.autorun.permit(path, after, mode);
    await disk.replace(plan.files.map(({ path, after, mode }) => ({ path, bytes: after, mode })));
  } catch (error) {
    await settle(patch, context, disk, error);
  }
  const files: FileChange[] = patch.files.map(({ path, before, after, added, removed }) => ({ path, before, after, added, removed }));
  return { output: plan.summary.join('\n'), detail: { files, diff: bodyOf(context.redact(plan.diff), context.log) } };
}

export const applyPatch = defineTool({
  name: 'apply_patch',
  description: guide,
  parameters: z.object({ patch: z.string() }),
  title({ patch }) {
    const names = [...patch.matchAll(/^\*\*\* (?:Add|Delete|Update) File:\s*(.*?)\s*$/gm)].map((match) => match[1] ?? '');
    return names.length === 1 ? `Changed ${names[0]}` : `Changed ${count(names.length, 'file')}`;
  },
  async plan({ patch }, context) {
    const plan = await checkPatch(patch, context.cwd, context.files, context.redact);
    if ('error' in plan) {
      // The error quotes lines of these files, so it is given out only if the guard lets them be read.
      return { subjects: plan.read.map((path) => ({ kind: 'read' as const, path })), run: () => Promise.reject(plan.error) };
    }
    const paths = plan.files.map((file) => file.path);
    return { subjects: [{ kind: 'write' as const, paths, diff: plan.diff }], run: (signal) => write(plan, context, signal) };
  },
});
