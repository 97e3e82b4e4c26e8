import { type JSX, memo, useMemo } from 'react';
import { type AnsiColour, type AnsiLine, type AnsiStyle, parseAnsi } from './ansi.ts';
import { cutLine, visible } from './safe-text.ts';
import { count } from './time.ts';

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

const Lines = memo(function Lines({ lines }: { lines: AnsiLine[] }): JSX.Element {
  return (
    <>
      {lines.map((spans, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index}>
          {spans.length === 0
            ? '\n'
            : // oxlint-disable-next-line react/no-array-index-key
              spans.map((span, at) => (
                <span key={at} className={classOf(span.style)}>
                  {visible(span.text)}
                </span>
              ))}
        </div>
      ))}
    </>
  );
});

/** Lines that came out of a command: of escape sequences only colour and weight are taken; long lines are cut and say so. */
export function TerminalText({ text }: { text: string }): JSX.Element {
  const lines = useMemo(
    () =>
      parseAnsi(
        text
          .split('\n')
          .map((line) => {
            const { text: start, more } = cutLine(line, 4000);
            return more > 0 ? `${start}\u001b[0m … ${count(more)} more characters` : line;
          })
          .join('\n'),
      ),
    [text],
  );
  return (
    <div className="whitespace-pre-wrap wrap-anywhere">
      <Lines lines={lines} />
    </div>
  );
}
