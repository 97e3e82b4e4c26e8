import { ArrowUp, GripVertical, Image as ImageIcon, X } from 'lucide-react';
import { type JSX, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import type { QueueRow } from '../../../../shared/domain/thread.ts';
import { request } from '../../../connection/connection.ts';
import { Button, IconButton } from '../../../parts/button.tsx';
import { visibleLine } from '../../../parts/safe-text.ts';
import { useThreads } from '../../../store/threads.ts';
import { emptyDraft, draft as setDraft, toast, useUi } from '../../../store/ui.ts';
import { act, wordsOf } from '../../act.ts';
import { composing } from '../../shortcuts/combo.ts';
import { wholeText } from '../whole-text.ts';
import { inputOf } from './input.ts';
import { beforeAfterDrop, beforeAfterStep } from './queue-order.ts';

const none: QueueRow[] = [];

/** An edit that came too late for its message is put after what stands in the box. */
function intoBox(threadId: string, text: string): void {
  const { text: before } = useUi.getState().drafts[threadId] ?? emptyDraft;
  setDraft(threadId, { text: before.trim() === '' ? text : `${before.trimEnd()}\n\n${text}` });
  toast('That message was already sent; your edit is in the box.');
}

const stillWaits = (threadId: string, queueId: string): boolean =>
  useThreads.getState()[threadId]?.state?.header.queue.some(({ id }) => id === queueId) ?? true;

interface EditorProps {
  text: string;
  onSave: (text: string) => void;
  onCancel: () => void;
  /** It was taken away with a change that nobody has kept or given up. */
  onLost: (text: string) => void;
}

function Editor({ text, onSave, onCancel, onLost }: EditorProps): JSX.Element {
  const [value, setValue] = useState(text);
  const done = useRef(false);
  const latest = useRef({ value, onLost });
  useLayoutEffect(() => {
    latest.current = { value, onLost };
  });
  useLayoutEffect(
    () => () => {
      if (!done.current && latest.current.value !== text) latest.current.onLost(latest.current.value);
    },
    [text],
  );
  const finish = (then: () => void): void => {
    done.current = true;
    then();
  };
  const press = (event: KeyboardEvent): void => {
    if (composing({ isComposing: event.nativeEvent.isComposing, keyCode: event.nativeEvent.keyCode })) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      finish(() => onSave(value));
    } else if (event.key === 'Escape') {
      event.preventDefault();
      finish(onCancel);
    }
  };
  return (
    <textarea
      // The person asked for it by a key or a click on this row.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      aria-label="Edit the waiting message. Enter saves, Escape leaves it as it was."
      onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onKeyDown={press}
      onBlur={() => finish(() => onSave(value))}
      className="field-sizing-content max-h-[30vh] min-h-7 min-w-0 flex-1 resize-none rounded border border-line bg-bg px-2 py-1"
    />
  );
}

interface RowProps {
  threadId: string;
  row: QueueRow;
  number: number;
  onMove: (by: 1 | -1) => void;
  onDrop: (dropped: string) => void;
}

const dragType = 'application/x-switchyard-queue';

function Row({ threadId, row, number, onMove, onDrop }: RowProps): JSX.Element {
  const [editing, setEditing] = useState<string>();
  const queueId = row.id;
  const images = row.input.images?.length ?? 0;
  const edit = (): void => {
    wholeText(row.input.text).then(setEditing, (thrown: unknown) => toast(wordsOf(thrown), 'stop'));
  };
  const write = (text: string): void => {
    if (text.trim() === '' && images === 0) void act('queue.remove', { threadId, queueId });
    else {
      request('queue.edit', { threadId, queueId, input: inputOf(text, row.input.images) }).catch((thrown: unknown) => {
        if (stillWaits(threadId, queueId)) toast(wordsOf(thrown), 'stop');
        else intoBox(threadId, text);
      });
    }
  };
  const save = (text: string): void => {
    setEditing(undefined);
    if (text !== editing) write(text);
  };
  // Either the person went elsewhere, or the message was sent in the meantime.
  const lose = (text: string): void => {
    if (stillWaits(threadId, queueId)) write(text);
    else if (text.trim() !== '') intoBox(threadId, text);
  };
  const press = (event: KeyboardEvent): void => {
    if (editing !== undefined) return;
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      onMove(event.key === 'ArrowUp' ? -1 : 1);
    }
    if (event.key === 'Delete') {
      event.preventDefault();
      void act('queue.remove', { threadId, queueId });
    }
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      draggable={editing === undefined}
      onDragStart={(event) => event.dataTransfer.setData(dragType, queueId)}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(dragType)) event.preventDefault();
      }}
      onDrop={(event) => {
        const dropped = event.dataTransfer.getData(dragType);
        if (dropped === '') return;
        event.preventDefault();
        event.stopPropagation();
        onDrop(dropped);
      }}
      onKeyDown={press}
      className="group flex min-h-7 items-center gap-1.5 rounded px-1 hover:bg-hover focus-within:bg-hover"
    >
      <GripVertical size={14} strokeWidth={1.5} className="shrink-0 text-faint" aria-hidden="true" />
      {editing === undefined ? (
        <button
          type="button"
          onClick={edit}
          title="Click to edit, Alt+Up and Alt+Down to move"
          aria-label={`Waiting message ${number}: ${visibleLine(row.input.text.text).slice(0, 200)}. Edit.`}
          className="min-w-0 flex-1 truncate text-left text-muted"
        >
          {visibleLine(row.input.text.text.trim().slice(0, 300)) || 'Image'}
        </button>
      ) : (
        <Editor text={editing} onSave={save} onCancel={() => setEditing(undefined)} onLost={lose} />
      )}
      {images > 0 && (
        <span className="flex items-center gap-1 text-caption text-faint">
          <ImageIcon size={14} strokeWidth={1.5} aria-hidden="true" />
          {images}
          <span className="sr-only">{images === 1 ? 'image' : 'images'}</span>
        </span>
      )}
      <IconButton
        small
        side="top"
        label={`Remove waiting message ${number}`}
        icon={X}
        onClick={() => void act('queue.remove', { threadId, queueId })}
      />
    </li>
  );
}

/** Messages that wait for the turn's end, in the order in which they will be sent. */
export function Queue({ threadId, resting }: { threadId: string; resting: boolean }): JSX.Element | null {
  const queue = useThreads((threads) => threads[threadId]?.state?.header.queue ?? none);
  if (queue.length === 0) return null;
  const ids = queue.map(({ id }) => id);
  const move = (queueId: string, before: string | undefined | null): void => {
    if (before !== null) void act('queue.move', { threadId, queueId, ...(before === undefined ? {} : { before }) });
  };
  return (
    <section aria-label="Waiting messages" className="rounded-box border border-line bg-sunken px-2 py-1.5">
      <header className="flex h-6 items-center gap-2 px-1 text-caption text-faint">
        <span className="flex-1">
          {queue.length === 1 ? '1 message waits' : `${queue.length} messages wait`}
          {resting ? '' : ' for the turn’s end'}
        </span>
        {resting && (
          <Button small tone="quiet" icon={ArrowUp} onClick={() => void act('queue.next', { threadId })}>
            Send the first now
          </Button>
        )}
      </header>
      <ol className="max-h-[24vh] overflow-y-auto">
        {queue.map((row, at) => (
          <Row
            key={row.id}
            threadId={threadId}
            row={row}
            number={at + 1}
            onMove={(by) => move(row.id, beforeAfterStep(ids, row.id, by))}
            onDrop={(dropped) => move(dropped, beforeAfterDrop(ids, dropped, row.id))}
          />
        ))}
      </ol>
    </section>
  );
}
