import { CircleHelp } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { QuestionItem } from '../../shared/domain/item.ts';
import { wordsOf } from '../connection/act.ts';
import { request } from '../connection/connection.ts';
import { Button } from '../parts/button.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { visible } from '../parts/safe-text.ts';
import { dropAnswer } from '../store/ui.ts';
import { useThread } from './thread-context.ts';
import { useAnswer } from './use-answer.ts';

function Closed({ item }: { item: QuestionItem }): JSX.Element {
  return (
    <div className="border-l-2 pl-3">
      <div className="max-w-prose text-muted">
        <Markdown text={item.question} />
      </div>
      <div className="max-w-prose whitespace-pre-wrap wrap-anywhere">
        {item.status === 'answered' ? visible(item.answer ?? '') : <span className="text-faint">Not answered</span>}
      </div>
    </div>
  );
}

/** Something that only the person can decide. */
export function Question({ item }: { item: QuestionItem }): JSX.Element {
  return item.status === 'open' ? <Open item={item} /> : <Closed item={item} />;
}

function Open({ item }: { item: QuestionItem }): JSX.Element {
  const { threadId } = useThread();
  const [text, setText] = useAnswer(item.id);
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<string>();
  const answer = (given: string): void => {
    if (sent || given.trim() === '') return;
    setSent(true);
    setError(undefined);
    request('question.answer', { threadId, itemId: item.id, answer: given }).then(
      () => dropAnswer(threadId, item.id),
      (thrown: unknown) => {
        setSent(false);
        setError(wordsOf(thrown));
      },
    );
  };
  return (
    <section
      className="flex flex-col gap-2 rounded-box border border-line-strong px-4 py-3"
      aria-label="The agent asks"
      data-question={item.id}
    >
      <div className="flex gap-2">
        <CircleHelp size={16} strokeWidth={1.5} className="mt-0.5 shrink-0 text-note" aria-hidden="true" />
        <div className="min-w-0 flex-1">
          <Markdown text={item.question} />
        </div>
      </div>
      {item.choices.length > 0 && (
        <div className="flex flex-col items-start gap-1">
          {item.choices.map((choice) => (
            <button
              key={choice}
              type="button"
              disabled={sent}
              onClick={() => answer(choice)}
              className="w-full rounded-box border px-3 py-1.5 text-left wrap-anywhere hover:border-line-strong hover:bg-hover disabled:opacity-50"
            >
              {visible(choice)}
            </button>
          ))}
        </div>
      )}
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          answer(text);
        }}
      >
        <textarea
          rows={1}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            answer(text);
          }}
          aria-label="Your answer"
          placeholder={item.choices.length > 0 ? 'Or answer in your own words' : 'Your answer'}
          className="field-sizing-content max-h-40 min-h-7 min-w-0 flex-1 resize-none rounded-box border border-line-strong bg-bg px-2 py-1 outline-none placeholder:text-faint focus-visible:border-accent"
        />
        <Button type="submit" disabled={sent || text.trim() === ''}>
          Answer
        </Button>
      </form>
      {error !== undefined && (
        <div role="alert" className="text-stop">
          {error}
        </div>
      )}
    </section>
  );
}
