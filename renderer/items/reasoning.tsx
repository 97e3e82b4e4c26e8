import type { JSX } from 'react';
import type { ReasoningItem } from '../../shared/domain/item.ts';
import { Markdown } from '../parts/markdown.tsx';
import { visibleLine } from '../parts/safe-text.ts';
import { Line } from './line.tsx';
import { useOpened } from './opened.ts';

/** The first words of a thought, without marks. */
export function gist(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return visibleLine(line.replaceAll(/[*_`#]+/g, '').trim()).slice(0, 160);
}

/** A thought: one line until it is opened. */
export function Reasoning({ item }: { item: ReasoningItem }): JSX.Element {
  const [open, toggle] = useOpened(item.id);
  const words = gist(item.summary);
  // A short thought says all in its line.
  const more = item.summary.trim().includes('\n') || item.summary.length > 100;
  return (
    <div data-item={item.id}>
      <Line open={open} onToggle={more ? toggle : undefined}>
        <span className="text-faint">Thought · {words}</span>
      </Line>
      {open && more && (
        <div className="ml-5 border-l pl-3 text-muted">
          <Markdown text={item.summary} />
        </div>
      )}
    </div>
  );
}

/** A thought that is still coming: its line stays as high as it is. */
export function LiveReasoning({ text }: { text: string }): JSX.Element {
  const last =
    text
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? '';
  return (
    <Line>
      <span className="text-faint">Thinking · {gist(last)}</span>
    </Line>
  );
}
