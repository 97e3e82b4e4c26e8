import { ChevronRight, Columns2, WrapText } from 'lucide-react';
import { type JSX, memo, type ReactNode, useMemo, useState } from 'react';
import { VList } from 'virtua';
import { CopyButton } from './copy.tsx';
import { changedWords, type DiffFile, type DiffLine, parseDiff, partners, type SplitRow, splitRows } from './diff-lines.ts';
import { Rest } from './rest.tsx';
import { cutLine, visible, visibleLine } from './safe-text.ts';
import { count } from './time.ts';
import { Tooltip } from './tooltip.tsx';

/** A diff with more rows scrolls in a box of its own and draws what is seen of it only. */
const virtualAbove = 500;

type Row =
  | { kind: 'file'; key: string; file: DiffFile; index: number; open: boolean }
  | { kind: 'hunk'; key: string; header: string }
  | { kind: 'line'; key: string; line: DiffLine; partner?: DiffLine }
  | { kind: 'pair'; key: string; pair: SplitRow };

function rowsOf(files: readonly DiffFile[], folded: ReadonlySet<number>, split: boolean, heads: boolean): Row[] {
  const rows: Row[] = [];
  for (const [index, file] of files.entries()) {
    const open = !folded.has(index);
    if (heads) rows.push({ kind: 'file', key: `f${index}`, file, index, open });
    if (!open && heads) continue;
    for (const [number, hunk] of file.hunks.entries()) {
      const key = `${index}.${number}`;
      if (number > 0 || hunk.header !== '') rows.push({ kind: 'hunk', key, header: hunk.header });
      if (split) {
        for (const [at, pair] of splitRows(hunk.lines).entries()) rows.push({ kind: 'pair', key: `${key}.${at}`, pair });
        continue;
      }
      const others = partners(hunk.lines);
      for (const [at, line] of hunk.lines.entries()) {
        const partner = others.get(line);
        rows.push({ kind: 'line', key: `${key}.${at}`, line, ...(partner ? { partner } : {}) });
      }
    }
  }
  return rows;
}

export function Counts({ added, removed }: { added: number; removed: number }): JSX.Element {
  return (
    <span className="shrink-0 tabular-nums">
      <span className="text-go">+{count(added)}</span> <span className="text-stop">−{count(removed)}</span>
    </span>
  );
}

const backs = { same: '', added: 'bg-go-soft', removed: 'bg-stop-soft', note: '' };
const wordBacks = { same: '', added: 'bg-go/25', removed: 'bg-stop/25', note: '' };
const signs = { same: ' ', added: '+', removed: '−', note: ' ' };

const Words = memo(function Words({ line, partner }: { line: DiffLine; partner?: DiffLine | undefined }): ReactNode {
  const { text, more } = cutLine(line.text);
  const spans = partner ? changedWords(line.text, partner.text) : undefined;
  const rest = more > 0 ? <Rest text={line.text.slice(text.length)} /> : null;
  if (!spans)
    return (
      <>
        {visible(text).replaceAll('\n', '⏎') || '\n'}
        {rest}
      </>
    );
  return spans.map((span, index) => (
    // oxlint-disable-next-line react/no-array-index-key
    <span key={index} className={span.changed ? `rounded-xs ${wordBacks[line.kind]}` : ''}>
      {visible(span.text)}
    </span>
  ));
});

const number = 'w-10 shrink-0 pr-2 text-right text-faint tabular-nums select-none';

function Line({ line, partner, wrap }: { line: DiffLine; partner?: DiffLine | undefined; wrap: boolean }): JSX.Element {
  const text = wrap ? 'min-w-0 flex-1 whitespace-pre-wrap wrap-anywhere' : 'flex-1 whitespace-pre';
  if (line.kind === 'note') return <div className="px-3 text-faint italic">{visibleLine(cutLine(line.text).text)}</div>;
  return (
    <div className={`flex ${backs[line.kind]}`} data-line={line.kind}>
      <span className={number}>{line.before ?? ''}</span>
      <span className={number}>{line.after ?? ''}</span>
      <span className="w-4 shrink-0 text-muted select-none">{signs[line.kind]}</span>
      <span className={`${text} pr-3`}>
        <Words line={line} partner={partner} />
      </span>
    </div>
  );
}

function Half({
  line,
  other,
  wrap,
  side,
}: {
  line?: DiffLine | undefined;
  other?: DiffLine | undefined;
  wrap: boolean;
  side: 'before' | 'after';
}): JSX.Element {
  const back = line ? backs[line.kind] : 'bg-sunken';
  return (
    <div className={`flex min-w-0 flex-1 basis-1/2 ${back}`}>
      <span className={number}>{line?.[side] ?? ''}</span>
      <span className={`min-w-0 flex-1 pr-2 ${wrap ? 'whitespace-pre-wrap wrap-anywhere' : 'overflow-hidden whitespace-pre'}`}>
        {line ? <Words line={line} partner={other === line ? undefined : other} /> : null}
      </span>
    </div>
  );
}

function RowOf({
  row,
  wrap,
  onFold,
  switches,
}: {
  row: Row;
  wrap: boolean;
  onFold: (index: number) => void;
  switches?: ReactNode;
}): JSX.Element {
  if (row.kind === 'file') {
    const { file, open, index } = row;
    return (
      <div className="group/copy flex min-h-(--row) items-center gap-2 border-b bg-sunken px-2 font-sans text-body">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onFold(index)}
          className="flex min-w-0 flex-1 items-center gap-1.5 text-left"
        >
          <ChevronRight size={14} strokeWidth={1.5} className={`shrink-0 text-faint ${open ? 'rotate-90' : ''}`} aria-hidden="true" />
          <span className="min-w-0 py-1 font-mono text-code wrap-anywhere">
            {file.from ? `${visibleLine(file.from)} → ` : ''}
            {visibleLine(file.path)}
          </span>
          {file.kind !== 'changed' && <span className="shrink-0 text-caption text-faint">{file.kind}</span>}
        </button>
        <CopyButton text={file.path} label="Copy path" />
        <Counts added={file.added} removed={file.removed} />
        {switches}
      </div>
    );
  }
  if (row.kind === 'hunk') {
    return <div className="truncate bg-sunken px-3 text-faint">⋯ {visibleLine(cutLine(row.header, 300).text)}</div>;
  }
  if (row.kind === 'pair') {
    const { left, right } = row.pair;
    if (left?.kind === 'note') return <Line line={left} wrap={wrap} />;
    return (
      <div className="flex">
        <Half line={left} other={right} wrap={wrap} side="before" />
        <div className="w-px shrink-0 bg-line" />
        <Half line={right} other={left} wrap={wrap} side="after" />
      </div>
    );
  }
  return <Line line={row.line} partner={row.partner} wrap={wrap} />;
}

export interface DiffProps {
  /** A unified diff of one file or many. */
  text: string;
  split?: boolean;
  wrap?: boolean;
  /** With these, switches are shown above. */
  onSplit?: (split: boolean) => void;
  onWrap?: (wrap: boolean) => void;
  /** Fills its parent and scrolls in it, whatever its length; else a long one gets a box. */
  fill?: boolean;
  /** False leaves out the line above each file. */
  heads?: boolean;
}

function Switch({
  label,
  on,
  onChange,
  icon: Icon,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  icon: typeof WrapText;
}): JSX.Element {
  return (
    <Tooltip label={label}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={on}
        onClick={() => onChange(!on)}
        className="flex size-6 items-center justify-center rounded-box text-faint hover:bg-hover hover:text-text aria-pressed:bg-selected aria-pressed:text-text"
      >
        <Icon size={14} strokeWidth={1.5} />
      </button>
    </Tooltip>
  );
}

/** What changed in files, line by line, with the words that changed. */
export function Diff({ text, split = false, wrap = true, onSplit, onWrap, fill = false, heads = true }: DiffProps): JSX.Element {
  const files = useMemo(() => parseDiff(text), [text]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(() => rowsOf(files, folded, split, heads), [files, folded, split, heads]);
  const fold = (index: number): void =>
    setFolded((known) => (known.has(index) ? new Set([...known].filter((each) => each !== index)) : new Set([...known, index])));
  const longest = useMemo(
    () =>
      wrap || split
        ? 0
        : Math.min(
            2040,
            rows.reduce((most, row) => Math.max(most, row.kind === 'line' ? row.line.text.length : 0), 0),
          ) + 16,
    [rows, wrap, split],
  );
  const box = 'text-code font-mono';
  const style = longest > 0 ? { minWidth: `${longest}ch` } : undefined;
  const virtual = rows.length > virtualAbove || fill;
  const switches =
    onSplit || onWrap ? (
      <div className="flex shrink-0 items-center gap-1">
        {onSplit && <Switch label="Side by side" on={split} onChange={onSplit} icon={Columns2} />}
        {onWrap && <Switch label="Wrap long lines" on={wrap} onChange={onWrap} icon={WrapText} />}
      </div>
    ) : undefined;
  // They stand in the first file's line, but for a list that scrolls on its own and one without such lines: there they have one.
  const inHead = heads && !virtual && files.length > 0;
  const render = (row: Row): JSX.Element => (
    <RowOf key={row.key} row={row} wrap={wrap} onFold={fold} switches={inHead && row.key === 'f0' ? switches : undefined} />
  );
  return (
    <div className={`flex min-h-0 flex-col overflow-hidden rounded-box border ${fill ? 'h-full' : ''}`}>
      {switches && !inHead && files.length > 0 && (
        <div className="flex h-7 shrink-0 items-center justify-end border-b px-1">{switches}</div>
      )}
      {files.length === 0 ? (
        <div className="px-3 py-2 text-muted">No change to show.</div>
      ) : virtual ? (
        <div className={`overflow-x-auto ${fill ? 'min-h-0 flex-1' : 'h-120'} ${box}`}>
          <VList data={rows} style={{ ...style, height: '100%' }} itemSize={19}>
            {render}
          </VList>
        </div>
      ) : (
        <div className={`overflow-x-auto ${box}`}>
          <div style={style}>{rows.map(render)}</div>
        </div>
      )}
    </div>
  );
}
