import { Check, TriangleAlert, X } from 'lucide-react';
import { type JSX, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import type { ApprovalAnswer, ApprovalItem } from '../../../shared/domain/item.ts';
import { answersFor } from '../../../shared/domain/rule.ts';
import { act } from '../../connection/act.ts';
import { Button } from '../../parts/button.tsx';
import { comboText } from '../../parts/keys.tsx';
import { usePlaces } from '../place-words.ts';
import { handOn, types, useTakeFocus, writeInComposer } from '../take-focus.ts';
import { type ThreadPlace, useThread } from '../thread-context.ts';
import { Ask, type AskHandle } from './ask.tsx';
import { asks, isGrave, outcomeOf, subjectLine } from './words.ts';

/** A question that stops the turn: the one thing in a thread that stands out. Focused, Enter allows it once and Esc refuses. */
export function Approval({ item }: { item: ApprovalItem }): JSX.Element {
  return item.status === 'open' ? <Asks items={[item]} /> : <Closed item={item} />;
}

/** One whose call is not there to say it. */
function Closed({ item }: { item: ApprovalItem }): JSX.Element {
  const { below } = usePlaces();
  const Icon = item.status === 'granted' ? Check : X;
  return (
    <div className="flex gap-1.5 text-faint">
      <Icon size={14} strokeWidth={1.5} className="mt-0.75 shrink-0" aria-hidden="true" />
      <span className="truncate">
        {outcomeOf(item)} · <span className="font-mono text-code">{subjectLine(item.subject, below)}</span>
      </span>
    </div>
  );
}

/** Which keys answer now: plain ones while the card has the focus, else the shortcuts. */
function hintOf(focused: boolean, several: boolean, { approve, refuse, visit }: ThreadPlace['approvalKeys']): string {
  if (focused) return `Enter allows it, Esc refuses${several ? ', ↑ ↓ move' : ''}`;
  const ways = [approve && `${comboText(approve)} allows it`, refuse && `${comboText(refuse)} refuses`].filter(Boolean);
  return ways.length > 0 ? ways.join(', ') : visit && `${comboText(visit)} goes here`;
}

const onceMay = (item: ApprovalItem): boolean => (item.answers ?? answersFor(item.subject)).includes('once');

/** What is answered for all at once: never what leaves the sandbox or acts later outside of it. */
function All({ threadId, open, onDone }: { threadId: string; open: readonly ApprovalItem[]; onDone: () => void }): JSX.Element {
  const [sent, setSent] = useState(false);
  const plain = open.filter((item) => !isGrave(item.subject) && onceMay(item));
  const all = async (items: readonly ApprovalItem[], answer: ApprovalAnswer): Promise<void> => {
    if (sent) return;
    setSent(true);
    onDone();
    for (const { id } of items) await act('approval.answer', { threadId, itemId: id, answer });
    setSent(false);
  };
  return (
    <div className="flex shrink-0 gap-2">
      {plain.length > 1 ? (
        <Button small disabled={sent} onClick={() => void all(plain, 'once')}>
          {plain.length === open.length ? 'Allow all once' : `Allow the other ${plain.length} once`}
        </Button>
      ) : null}
      {open.length > 1 ? (
        <Button small disabled={sent} onClick={() => void all(open, 'no')}>
          Refuse all
        </Button>
      ) : null}
    </div>
  );
}

/** What one step of the agent asks: one question, or several of which each is answered by itself. Nothing moves when one is. */
export function Asks({ items }: { items: readonly ApprovalItem[] }): JSX.Element {
  const { threadId, approvalKeys } = useThread();
  const open = items.filter(({ status }) => status === 'open');
  const [chosen, setChosen] = useState<string>();
  const active = items.find(({ id }) => id === chosen) ?? open[0] ?? items[0];
  const several = items.length > 1;
  const [focused, setFocused] = useState(false);
  const handles = useRef(new Map<string, AskHandle>());
  const places = useRef(new Map<string, HTMLElement>());
  const { ref, ready, restart } = useTakeFocus<HTMLElement>(open[0]?.id ?? '');

  const visit = (id: string | undefined): void => {
    if (id === undefined) return;
    setChosen(id);
    places.current.get(id)?.focus();
  };
  // A second question may come while the first is drawn: the place with the focus is another element then.
  const had = [...places.current.values()].includes(document.activeElement as HTMLElement);
  useLayoutEffect(() => {
    if (had && document.activeElement === document.body) places.current.get(active?.id ?? '')?.focus();
  });

  /** The next one that is open, after this one and round. */
  const after = (id: string): string | undefined => {
    const at = items.findIndex((item) => item.id === id);
    const others = [...items.slice(at + 1), ...items.slice(0, at)];
    return others.find(({ status }) => status === 'open')?.id;
  };
  const press = (event: KeyboardEvent, item: ApprovalItem): void => {
    // Keys in its buttons and in the note mean what they mean there.
    if (event.target !== event.currentTarget || event.repeat) return;
    const { key, nativeEvent } = event;
    if (types(nativeEvent)) return writeInComposer();
    if (nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const step = several ? { ArrowDown: 1, ArrowUp: -1 }[key] : undefined;
    if (step !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      return visit(items[items.indexOf(item) + step]?.id);
    }
    if (key !== 'Enter' && key !== 'Escape') return restart();
    event.preventDefault();
    event.stopPropagation();
    if (!ready() || item.status !== 'open') return;
    handOn();
    if (key === 'Enter') handles.current.get(item.id)?.allow();
    else handles.current.get(item.id)?.refuse();
  };
  const listen = (item: ApprovalItem) => ({
    tabIndex: item === active ? 0 : -1,
    ...(item.status === 'open' ? { 'data-approval': item.id } : {}),
    onKeyDown: (event: KeyboardEvent) => press(event, item),
    onFocus: ({ target, currentTarget }: { target: EventTarget; currentTarget: EventTarget }) => {
      setChosen(item.id);
      setFocused(target === currentTarget);
      if (target === currentTarget) restart();
    },
    onBlur: () => setFocused(false),
    ref: (element: HTMLElement | null) => {
      if (element) places.current.set(item.id, element);
      else places.current.delete(item.id);
      if (item === active) ref.current = element;
    },
  });
  const ask = (item: ApprovalItem, place?: string): JSX.Element => (
    <Ask
      item={item}
      {...(place === undefined ? {} : { place })}
      hint={several ? '' : hintOf(focused, false, approvalKeys)}
      active={item === active}
      handle={(handle) => {
        if (handle) handles.current.set(item.id, handle);
        else handles.current.delete(item.id);
      }}
      onBack={() => places.current.get(item.id)?.focus()}
      onAnswered={() => {
        const next = after(item.id);
        if (next !== undefined) visit(next);
      }}
    />
  );
  const grave = open.some(({ subject }) => subject.kind === 'outside');
  const edge = grave ? 'border-stop focus-visible:outline-stop' : 'border-wait focus-visible:outline-wait';
  const [only] = items;
  if (!several && only)
    return (
      <section
        key="one"
        aria-label={`Needs you: ${asks[only.subject.kind].alone}`}
        className={`flex flex-col gap-2 rounded-box border bg-raised px-4 py-3 shadow-float ${edge}`}
        {...listen(only)}
      >
        {ask(only)}
      </section>
    );
  return (
    <section
      key="several"
      aria-label={`Needs you: ${items.length} questions of the agent`}
      className={`rounded-box border bg-raised shadow-float ${edge}`}
    >
      <div className="flex h-11 items-center gap-2 border-b px-4">
        <TriangleAlert size={16} strokeWidth={1.5} className={`shrink-0 ${grave ? 'text-stop' : 'text-wait'}`} aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate">
          <span className="font-strong">The agent asks {items.length} things</span>
          <span className="ml-2 text-caption text-faint tabular-nums">
            {/* Whoever has answered one knows the keys. */}
            {open.length === items.length
              ? hintOf(focused, true, approvalKeys)
              : `${items.length - open.length} answered, ${open.length} open`}
          </span>
        </span>
        <All threadId={threadId} open={open} onDone={() => active && places.current.get(active.id)?.focus()} />
      </div>
      {items.map((item, at) => (
        <div
          key={item.id}
          role="group"
          aria-label={`${at + 1} of ${items.length}: ${asks[item.subject.kind].among}`}
          className={`relative flex flex-col gap-2 px-4 py-3 focus-visible:outline-2 focus-visible:outline-wait ${at > 0 ? 'border-t' : ''} ${item.status === 'open' ? '' : 'bg-sunken'}`}
          {...listen(item)}
        >
          {ask(item, `${at + 1} of ${items.length}`)}
        </div>
      ))}
    </section>
  );
}
