import { type JSX, memo, useMemo, useState } from 'react';
import { CopyButton } from './copy.tsx';
import { tokenClass, useHighlight } from './highlight.ts';
import type { Highlighted } from './highlight.worker.ts';
import { cutLine, visible, visibleLine } from './safe-text.ts';
import { count } from './time.ts';

/** Lines are laid out in pieces of this many, so that a growing block touches its last piece only. */
const pieceLines = 64;
const linesAtFirst = 400;

const Piece = memo(function Piece({ lines, tokens }: { lines: string; tokens?: Highlighted | undefined }): JSX.Element {
  if (!tokens) return <div>{lines}</div>;
  return (
    <div>
      {tokens.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index}>
          {line.map(([kind, text], at) => (
            // oxlint-disable-next-line react/no-array-index-key
            <span key={at} className={tokenClass[kind]}>
              {text}
            </span>
          ))}
          {'\n'}
        </span>
      ))}
    </div>
  );
});

/** Code as it is written: plain at once, coloured when the worker has looked, of the same size either way. */
export function CodeBlock({
  code,
  language,
  open = false,
  named = true,
}: {
  code: string;
  language: string;
  open?: boolean;
  /** False where the language is plain from what stands above it. */
  named?: boolean;
}): JSX.Element {
  const [all, setAll] = useState(false);
  const lines = useMemo(
    () =>
      visible(code)
        .split('\n')
        .map((line) => {
          const { text, more } = cutLine(line);
          return more > 0 ? `${text} … ${count(more)} more characters` : text;
        }),
    [code],
  );
  const shown = all || open ? lines : lines.slice(0, linesAtFirst);
  const highlighted = useHighlight(shown.join('\n'), language, !open);
  const pieces: JSX.Element[] = [];
  for (let at = 0; at < shown.length; at += pieceLines) {
    pieces.push(<Piece key={at} lines={shown.slice(at, at + pieceLines).join('\n')} tokens={highlighted?.slice(at, at + pieceLines)} />);
  }
  return (
    <div className="group/copy relative my-2 overflow-hidden rounded-box border bg-sunken">
      {/* Only while it is pointed at or has the focus: at rest nothing lies over the code. */}
      <div
        data-unsaid
        className="absolute top-1 right-1 flex items-center gap-1 rounded-box bg-sunken pl-2 opacity-0 group-focus-within/copy:opacity-100 group-hover/copy:opacity-100"
      >
        {named && <span className="text-caption text-faint">{visibleLine(language).slice(0, 24)}</span>}
        <CopyButton text={code} label="Copy code" />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} className="hints-at-more overflow-x-auto px-3 py-2 text-code whitespace-pre">
        {pieces}
      </pre>
      {shown.length < lines.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-full border-t px-3 py-1 text-left text-caption text-muted hover:bg-hover"
        >
          Show all {count(lines.length)} lines
        </button>
      )}
    </div>
  );
}
