import type { JSX } from 'react';
import type { CallItem } from '../../shared/domain/item.ts';
import { Counts, Diff } from '../parts/diff.tsx';
import { visibleLine } from '../parts/safe-text.ts';
import { keep, useUi } from '../store/ui.ts';
import { textArgument } from './arguments.ts';
import { Output } from './output.tsx';

/** A diff as the person likes to see one. */
export function OwnDiff({ text, heads = true }: { text: string; heads?: boolean }): JSX.Element {
  const { split, wrap } = useUi((ui) => ui.kept.diff);
  return (
    <Diff
      text={text}
      split={split}
      wrap={wrap}
      heads={heads}
      onSplit={(next) => keep({ diff: { split: next, wrap } })}
      onWrap={(next) => keep({ diff: { split, wrap: next } })}
    />
  );
}

/** What a patch changed; what it wanted to change when it was not applied. */
export function Patch({ call }: { call: CallItem }): JSX.Element {
  const { diff, files = [] } = call.detail ?? {};
  if (diff) {
    return (
      <div className="my-1">
        <OwnDiff text={diff.text} />
        {diff.whole && (
          <div className="text-caption text-faint">The middle of this long diff is left out. The Changes panel has all files.</div>
        )}
      </div>
    );
  }
  return (
    <div className="my-1">
      {files.map((file) => (
        <div key={file.path} className="flex gap-2 font-mono text-code">
          <span className="truncate">{visibleLine(file.path)}</span>
          <Counts added={file.added} removed={file.removed} />
        </div>
      ))}
      {call.output && call.status !== 'done' && <Output itemId={call.id} body={call.output} end={false} />}
      <Output itemId={call.id} body={{ text: textArgument(call, 'patch') ?? call.args.text, bytes: call.args.bytes }} end={false} />
    </div>
  );
}
