import { type JSX, memo, useMemo } from 'react';
import { type AnsiColour, type AnsiLine, type AnsiStyle, parseAnsi } from './ansi.ts';
import { Rest } from './rest.tsx';
import { cutLine, longestLine, visible } from './safe-text.ts';

const colours: Record<AnsiColour, string> = {
  faint: 'text-faint',
  stop: 'text-stop',
  go: 'text-go',
  wait: 'text-wait',
  note: 'text-note',
  accent: 'text-accent',
  text: 'text-text',
};
const backs: Record<AnsiColour, string> = {
  faint: 'bg-hover',
  stop: 'bg-stop-soft',
  go: 'bg-go-soft',
  wait: 'bg-wait-soft',
  note: 'bg-note-soft',
  accent: 'bg-selected',
  text: 'bg-hover',
};

const classOf = (style: AnsiStyle): string =>
  [
    style.colour ? colours[style.colour] : style.dim ? 'text-faint' : '',
    style.back ? backs[style.back] : '',
    style.strong ? 'font-strong' : '',
    style.italic ? 'italic' : '',
    style.underline ? 'underline' : '',
  ]
    .filter(Boolean)
    .join(' ');

interface LineProps {
  spans: AnsiLine;
  rest: string;
}

const sameStyle = (a: AnsiStyle, b: AnsiStyle): boolean => a === b || classOf(a) === classOf(b);

/** Every parse makes new spans: a line is drawn again only when something about it has changed. */
const sameLine = (a: LineProps, b: LineProps): boolean =>
  a.rest === b.rest &&
  a.spans.length === b.spans.length &&
  a.spans.every((span, at) => {
    const other = b.spans[at];
    return other !== undefined && span.text === other.text && sameStyle(span.style, other.style);
  });

const LineOf = memo(function LineOf({ spans, rest }: LineProps): JSX.Element {
  return (
    <div>
      {spans.length === 0 ? '\n' : null}
      {spans.map((span, at) => (
        // oxlint-disable-next-line react/no-array-index-key
        <span key={at} className={classOf(span.style)}>
          {visible(span.text)}
        </span>
      ))}
      {rest !== '' && <Rest text={rest} />}
    </div>
  );
}, sameLine);

/** Lines that came out of a command: of escape sequences only colour and weight are taken; of a long line only its start. `first`: the number of the first
 * line, so that a line stays the same one when others before it go. */
export function TerminalText({ text, first = 0 }: { text: string; first?: number }): JSX.Element {
  const lines = useMemo(() => {
    const cut = text.split('\n').map((line) => ({ line, ...cutLine(line, longestLine) }));
    const parsed = parseAnsi(cut.map(({ text: start }) => start).join('\n'));
    return cut.map(({ line, text: start, more }, index) => ({
      spans: parsed[index] ?? [],
      rest: more > 0 ? line.slice(start.length) : '',
    }));
  }, [text]);
  return (
    <div className="whitespace-pre-wrap wrap-anywhere">
      {lines.map(({ spans, rest }, index) => (
        <LineOf key={first + index} spans={spans} rest={rest} />
      ))}
    </div>
  );
}
