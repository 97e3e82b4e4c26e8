import { Square, SquareCheck } from 'lucide-react';
import { isValidElement, type JSX, memo, type ReactNode, useDeferredValue, useMemo, useRef } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remend from 'remend';
import { type Block, createSplitter, type Splitter, splitBlocks } from './blocks.ts';
import { CodeBlock } from './code-block.tsx';
import { useTextActions } from './copy.tsx';
import { visible, visibleLine } from './safe-text.ts';

/** The address when it is one that a person may be sent to; anything else is no link. */
export function safeUrl(url: string | undefined): string | undefined {
  // Absolute ones only: a relative address would mean a page of the window itself.
  if (url === undefined || !/^(?:https?:\/\/|mailto:)/i.test(url) || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' || protocol === 'mailto:' ? href : undefined;
}

function Link({ url, children }: { url: string | undefined; children: ReactNode }): JSX.Element {
  const { openLink } = useTextActions();
  const target = safeUrl(url);
  if (target === undefined) return <span>{children}</span>;
  const open = (): void => openLink(target);
  return (
    <span
      role="link"
      tabIndex={0}
      title={visibleLine(target)}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter') open();
      }}
      className="cursor-pointer text-accent underline decoration-line-strong underline-offset-2 hover:decoration-accent"
    >
      {children}
    </span>
  );
}

const languageIn = (className: string | undefined): string => /language-(\S+)/.exec(className ?? '')?.[1] ?? '';

const heading = ({ children }: { children?: ReactNode }): JSX.Element => <h3 className="mt-4 mb-1 font-strong first:mt-0">{children}</h3>;

// Only what stands here can appear on the page: every element of the text becomes one of these, with none of its own attributes.
const components: Components = {
  a: ({ href, children }) => <Link url={href}>{children}</Link>,
  // Nothing is fetched: a picture is a link to itself.
  img: ({ src, alt }) => <Link url={typeof src === 'string' ? src : undefined}>{`[image${alt ? `: ${alt}` : ''}]`}</Link>,
  h1: ({ children }) => <h2 className="mt-4 mb-1 text-title font-strong first:mt-0">{children}</h2>,
  h2: ({ children }) => <h2 className="mt-4 mb-1 text-title font-strong first:mt-0">{children}</h2>,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  p: ({ children }) => <p className="my-2 first:mt-0 last:mb-0">{children}</p>,
  ul: ({ children }) => <ul className="my-2 list-disc pl-5 first:mt-0 last:mb-0 marker:text-faint">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="my-2 list-decimal pl-6 tabular-nums first:mt-0 last:mb-0 marker:text-faint">
      {children}
    </ol>
  ),
  li: ({ children, className }) => <li className={className?.includes('task-list-item') ? '-ml-5 list-none' : 'my-0.5'}>{children}</li>,
  input: ({ checked }) => {
    const Box = checked ? SquareCheck : Square;
    return <Box size={14} strokeWidth={1.5} className="mr-1.5 inline align-[-2px] text-muted" aria-label={checked ? 'done' : 'to do'} />;
  },
  blockquote: ({ children }) => <blockquote className="my-2 border-l-2 pl-3 text-muted">{children}</blockquote>,
  hr: () => <hr className="my-3" />,
  strong: ({ children }) => <strong className="font-strong">{children}</strong>,
  em: ({ children }) => <em className="italic">{children}</em>,
  del: ({ children }) => <del>{children}</del>,
  code: ({ children, className }) =>
    className ? <code>{children}</code> : <code className="rounded-sm bg-sunken px-1 py-px wrap-anywhere">{children}</code>,
  pre: ({ node }) => {
    const code = node?.children[0];
    const text = code?.type === 'element' && code.children[0]?.type === 'text' ? code.children[0].value : '';
    const names = code?.type === 'element' ? code.properties['className'] : undefined;
    return <CodeBlock code={text.replace(/\n$/, '')} language={languageIn(Array.isArray(names) ? names.join(' ') : undefined)} />;
  },
  table: ({ children }) => (
    <div className="my-2 overflow-x-auto">
      <table className="border-collapse tabular-nums">{children}</table>
    </div>
  ),
  thead: ({ children }) => <thead>{children}</thead>,
  tbody: ({ children }) => <tbody>{children}</tbody>,
  tr: ({ children }) => <tr className="border-b">{children}</tr>,
  th: ({ children }) => <th className="py-1 pr-4 text-left align-top text-caption font-strong text-muted">{children}</th>,
  td: ({ children }) => <td className="py-1 pr-4 align-top [&_code]:wrap-normal">{children}</td>,
  sup: ({ children }) => <sup className="text-caption">{children}</sup>,
  section: ({ children }) => <section className="mt-2 text-muted">{children}</section>,
  br: () => <br />,
};
const allowed = Object.keys(components);
const plugins = [remarkGfm];
const keepUrl = (url: string): string => url;

/** Blocks that were parsed: rows come and go with the view, and their texts stay the same. */
const parsed = new Map<string, JSX.Element>();
const mostParsed = 600;

function parse(text: string): JSX.Element {
  const known = parsed.get(text);
  if (known) return known;
  // A function of its options, without hooks: its result can be kept.
  const element = ReactMarkdown({
    children: visible(text),
    remarkPlugins: plugins,
    components,
    allowedElements: allowed,
    unwrapDisallowed: true,
    urlTransform: keepUrl,
  });
  parsed.set(text, element);
  if (parsed.size > mostParsed) parsed.delete(parsed.keys().next().value ?? '');
  return element;
}

/** What is read of a piece of Markdown that was parsed. */
function readOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(readOf).join('');
  if (!isValidElement<{ children?: ReactNode; alt?: string }>(node)) return '';
  const { type, props } = node;
  if (type === components.img) return `[image${props.alt ? `: ${props.alt}` : ''}]`;
  return readOf(props.children);
}

/** The words of a Markdown text as they stand on the page: without its signs and the addresses of its links. */
export function wordsOfMarkdown(text: string): string {
  return splitBlocks(text)
    .map((block) => (block.kind === 'code' ? block.text : readOf(parse(block.text))))
    .join('\n');
}

/** What is open changes with every word: it is completed, parsed and not kept. */
function parseOpen(text: string): JSX.Element {
  const complete = remend(text, { linkMode: 'text-only', images: false, katex: false, htmlTags: false });
  const element = parse(complete);
  parsed.delete(complete);
  return element;
}

const Prose = memo(function Prose({ text, open }: { text: string; open: boolean }): JSX.Element {
  return open ? parseOpen(text) : parse(text);
});

function BlockOf({ block, open }: { block: Block; open: boolean }): JSX.Element {
  return (
    <div
      className={`mt-2 first:mt-0 has-[>h2]:mt-5 has-[>h3]:mt-4 ${block.kind === 'prose' ? 'max-w-prose has-[>div>table]:max-w-none' : ''}`}
    >
      {block.kind === 'code' ? (
        <CodeBlock code={block.text} language={block.language} open={open && block.open} />
      ) : (
        <Prose text={block.text} open={open} />
      )}
    </div>
  );
}
const MemoBlock = memo(
  BlockOf,
  (a, b) => a.open === b.open && a.block.kind === b.block.kind && a.block.text === b.block.text && sameCode(a.block, b.block),
);
const sameCode = (a: Block, b: Block): boolean =>
  a.kind !== 'code' || b.kind !== 'code' || (a.language === b.language && a.open === b.open);

/** Blocks are compared in groups: a long answer that grows looks at its last group only. */
const groupSize = 32;
const Group = memo(
  function Group({ blocks, first, open }: { blocks: readonly Block[]; first: boolean; open: boolean }): JSX.Element {
    return (
      <div className={first ? '' : 'mt-2'}>
        {blocks.map((block, index) => (
          <MemoBlock key={block.start} block={block} open={open && index === blocks.length - 1} />
        ))}
      </div>
    );
  },
  (a, b) => a.open === b.open && a.blocks.length === b.blocks.length && a.blocks.every((block, index) => block === b.blocks[index]),
);

/**
 * Somebody else's Markdown. HTML in it is shown as it is written, pictures are not fetched, links go to `TextActions` and only when
 * they are https, http or mailto. `open`: more will come; only the last block is rendered again then.
 *
 * What it grows by is deferred: when much comes at once, blocks are parsed one by one and the window answers in between.
 */
export function Markdown({ text, open = false }: { text: string; open?: boolean }): JSX.Element {
  const splitter = useRef<Splitter>(undefined);
  const shown = useDeferredValue(useMemo(() => ({ text, open }), [text, open]));
  const groups = useMemo(() => {
    splitter.current ??= createSplitter();
    const blocks = splitter.current(shown.text);
    const made: JSX.Element[] = [];
    for (let at = 0; at < blocks.length; at += groupSize) {
      const group = blocks.slice(at, at + groupSize);
      made.push(<Group key={at} blocks={group} first={at === 0} open={shown.open && at + groupSize >= blocks.length} />);
    }
    return made;
  }, [shown]);
  return <div className="min-w-0 wrap-anywhere">{groups}</div>;
}
