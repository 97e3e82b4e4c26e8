import { type JSX, memo } from 'react';
import { Asks } from '../../../items/approvals/asks.tsx';
import { PlanUpdate } from '../../../items/plan.tsx';
import { LiveReasoning } from '../../../items/reasoning.tsx';
import { componentFor } from '../../../items/registry.ts';
import { type Streamed, Text } from '../../../items/text.tsx';
import { Work } from '../../../items/work.tsx';
import { Footer } from './footer.tsx';
import type { Row } from './rows.ts';
import { Retry, Waiting } from './waiting.tsx';

export interface RowViewProps {
  row: Row;
  /** The call that runs now. */
  running: string | undefined;
  marked: boolean;
  /** What had streamed of a long text, of which the item holds a part. */
  streamed: Streamed | undefined;
  /** The very first row of the thread: some room above it. */
  top: boolean;
}

function content({ row, running, streamed }: RowViewProps): JSX.Element {
  switch (row.kind) {
    case 'item': {
      // The same element as while it streamed: nothing of it is made anew when it is finished.
      if (row.item.type === 'text') return <Text item={row.item} {...(streamed === undefined ? {} : { streamed })} />;
      const Item = componentFor(row.item);
      return <Item item={row.item} />;
    }
    case 'plan':
      return <PlanUpdate call={row.call} />;
    case 'asks':
      return <Asks items={row.items} />;
    case 'work':
      return <Work work={row.work} calls={row.calls} parts={row.parts} answers={row.answers} running={running} />;
    case 'footer':
      return <Footer turn={row.turn} files={row.files} />;
    case 'thinking':
      return <LiveReasoning text={row.text} />;
    case 'live':
      return <Text item={row.item} live />;
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
