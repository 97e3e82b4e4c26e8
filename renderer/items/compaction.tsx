import type { JSX } from 'react';
import type { CompactionItem } from '../../shared/domain/item.ts';
import { Markdown } from '../parts/markdown.tsx';
import { visible } from '../parts/safe-text.ts';
import { count } from '../parts/time.ts';
import { Line } from './line.tsx';
import { useOpened } from './opened.ts';

/** Where what came before was summed up for the model; it is all still here for the person. */
export function Compaction({ item }: { item: CompactionItem }): JSX.Element {
  const [open, toggle] = useOpened(item.id);
  return (
    <div className="border-t pt-1">
      <Line open={open} onToggle={toggle} meta={`${count(item.tokensBefore)} → ${count(item.tokensAfter)} tokens`}>
        {item.way === 'model' ? 'Earlier work was summed up for the model' : 'Earlier work was shortened for the model'}
      </Line>
      {item.failed !== undefined && (
        <div className="ml-5 text-caption text-faint">The model could not sum it up, so a rule did: {visible(item.failed)}</div>
      )}
      {open && (
        <div className="ml-5 border-l pl-3 text-muted">
          <Markdown text={item.summary.text} />
        </div>
      )}
    </div>
  );
}
