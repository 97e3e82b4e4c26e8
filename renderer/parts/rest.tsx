import { type JSX, useState } from 'react';
import { withoutAnsi } from './ansi.ts';
import { cutLine, visibleLine } from './safe-text.ts';
import { count } from './time.ts';

const step = 20_000;

/** What was left out of a line that is too long, shown piece by piece when it is asked for. */
export function Rest({ text }: { text: string }): JSX.Element {
  const [shown, setShown] = useState(0);
  const { text: piece, more } = cutLine(text, shown);
  return (
    <>
      {shown > 0 && visibleLine(withoutAnsi(piece))}
      {more > 0 && (
        <button
          type="button"
          onClick={() => setShown(shown + step)}
          className="mx-1 rounded-sm bg-hover px-1 font-sans text-caption text-muted hover:text-text"
        >
          Show more ({count(more)} characters)
        </button>
      )}
    </>
  );
}
