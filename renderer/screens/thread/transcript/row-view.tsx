import { type JSX, memo } from 'react';
import { PlanUpdate } from '../../../items/plan.tsx';
import { LiveReasoning } from '../../../items/reasoning.tsx';
import { componentFor } from '../../../items/registry.ts';
import { Work } from '../../../items/work.tsx';
import { Markdown } from '../../../parts/markdown.tsx';
import { Footer } from './footer.tsx';
import type { Row } from './rows.ts';
import { Retry, Waiting } from './waiting.tsx';

/** Characters of a streaming answer that are laid out; its item will hold all of it. */
const mostLive = 200_000;
const step = 50_000;

function Live({ text }: { text: string }): JSX.Element {
  const from = text.length > mostLive ? Math.ceil((text.length - mostLive) / step) * step : 0;
  return (
    <div>
      {from > 0 && <div className="mb-2 text-caption text-faint">The start of this long answer is shown when it is finished.</div>}
      <Markdown key={from} text={from > 0 ? text.slice(from) : text} open />
    </div>
  );
}

export interface RowViewProps {
  row: Row;
  /** The call that runs now. */
  running: string | undefined;
  model: string | undefined;
  marked: boolean;
  /** The very first row of the thread: some room above it. */
  top: boolean;
}

function content({ row, running, model }: RowViewProps): JSX.Element {
  switch (row.kind) {
    case 'item': {
      const Item = componentFor(row.item);
      return <Item item={row.item} />;
    }
    case 'plan':
      return <PlanUpdate call={row.call} />;
    case 'work':
      return <Work work={row.work} calls={row.calls} parts={row.parts} answers={row.answers} running={running} />;
    case 'footer':
      return <Footer turn={row.turn} files={row.files} model={row.last ? model : undefined} />;
    case 'thinking':
      return <LiveReasoning text={row.text} />;
    case 'live':
      return <Live text={row.text} />;
    case 'waiting':
      return <Waiting since={row.since} stopping={row.stopping} />;
    case 'retry':
      return <Retry reason={row.reason} at={row.at} attempt={row.attempt} />;
    default:
      return <></>;
  }
}

/** Room above and below, by what it is: lines of work stand close, the person's words stand apart. Padding, for margins are not measured. */
function room(row: Row): string {
  if (row.kind === 'work' || row.kind === 'plan' || row.kind === 'thinking') return 'py-0.5';
  if (row.kind === 'footer') return 'pt-1 pb-6';
  if (row.kind === 'item') {
    if (row.item.type === 'user') return 'pt-1 pb-3';
    if (row.item.type === 'reasoning' || row.item.type === 'instructions') return 'py-0.5';
  }
  return 'py-2';
}

/** One row of the transcript. */
export const RowView = memo(function RowView(props: RowViewProps): JSX.Element {
  return (
    <div className={`px-6 ${props.top ? 'pt-4' : ''}`} data-row={props.row.key}>
      <div
        className={`mx-auto w-full max-w-180 ${room(props.row)} ${props.marked ? 'rounded-box outline outline-offset-4 outline-accent' : ''}`}
      >
        {content(props)}
      </div>
    </div>
  );
});
