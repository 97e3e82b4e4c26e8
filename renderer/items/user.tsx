import { type JSX, useState } from 'react';
import type { UserItem } from '../../shared/domain/item.ts';
import { CopyButton } from '../parts/copy.tsx';
import { cutLine, visible } from '../parts/safe-text.ts';
import { count } from '../parts/time.ts';
import { BlobImage } from './blob-image.tsx';
import { byteWords, copyLabel, readAll } from './reading.ts';
import { useThread } from './thread-context.ts';
import { useSought } from './use-sought.ts';
import { Whole } from './whole.tsx';

const linesAtFirst = 14;
const charactersAtFirst = 2400;

const cut = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const { text: start, more } = cutLine(line, 8000);
      return more > 0 ? `${start} … ${count(more)} more characters` : line;
    })
    .join('\n');

/** What the person said: set off by a rule at its left, word for word. */
export function User({ item }: { item: UserItem }): JSX.Element {
  const { threadId } = useThread();
  const [open, setOpen] = useState(false);
  const { text, images = [] } = item.input;
  const lines = text.text.split('\n');
  const long = lines.length > linesAtFirst + 2 || text.text.length > charactersAtFirst + 400;
  const shown = long && !open ? lines.slice(0, linesAtFirst).join('\n').slice(0, charactersAtFirst) : text.text;
  useSought(item.id, text.text.slice(shown.length), () => setOpen(true));
  return (
    <section className="group/copy relative border-l-2 border-accent pl-3" aria-label="You">
      <div data-unsaid className="flex h-4 items-center text-caption text-faint">
        {item.steer ? 'You, while it worked' : 'You'}
        <span className="absolute top-0 right-0">
          <CopyButton text={text.whole ? () => readAll(threadId, item.id) : text.text} label={copyLabel('Copy message', text)} />
        </span>
      </div>
      {open && text.whole ? (
        <div className="my-1 overflow-hidden rounded-box border bg-sunken">
          <Whole words itemId={item.id} onClose={() => setOpen(false)} />
        </div>
      ) : (
        <div className="max-w-prose whitespace-pre-wrap wrap-anywhere">{visible(cut(shown))}</div>
      )}
      {(long || text.whole) && !(open && text.whole) && (
        <button type="button" className="text-caption text-accent hover:underline" onClick={() => setOpen(!open)}>
          {open ? 'Show less' : `Show all ${text.whole ? byteWords(text.bytes) : `${count(lines.length)} lines`}`}
        </button>
      )}
      {images.length > 0 && (
        <div className="mt-2 flex flex-wrap gap-2">
          {images.map((image) => (
            <BlobImage key={image.blob} image={image} />
          ))}
        </div>
      )}
    </section>
  );
}
