import { type JSX, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { toErrorData } from '../../../../shared/errors.ts';
import { comboText, isMac } from '../../../parts/keys.tsx';
import { useApp } from '../../../store/app.ts';
import { isOpen } from '../../../store/permissions.ts';
import { useThreads } from '../../../store/threads.ts';
import { type Draft, emptyDraft, draft as setDraft, useUi } from '../../../store/ui.ts';
import { wordsOf } from '../../act.ts';
import { Chips } from './chips.tsx';
import { commandIn } from './completion.ts';
import { isEmpty } from './input.ts';
import { Notices } from './notice.tsx';
import { OptionList, optionId } from './option-list.tsx';
import type { Option } from './options.ts';
import { intentOf } from './press.ts';
import { Queue } from './queue.tsx';
import { send } from './send.ts';
import { runSlash } from './slash.ts';
import { draftKey, type Target, useChoice } from './target.ts';
import { Toolbar } from './toolbar.tsx';
import { useCompletion } from './use-completion.ts';
import { useFiles } from './use-files.ts';
import { useStop } from './use-stop.ts';

/** What was said last in the thread, as far as it is loaded. */
function lastMessage(threadId: string | undefined): string {
  const items = threadId === undefined ? [] : (useThreads.getState()[threadId]?.state?.items ?? []);
  const last = items.findLast(({ item }) => item.type === 'user')?.item;
  return last?.type === 'user' && !last.input.text.whole ? last.input.text.text : '';
}

const placeholderOf = (threadId: string | undefined, working: boolean): string =>
  working
    ? `Enter queues a message, ${comboText('Mod+Enter')} steers the running turn`
    : threadId === undefined
      ? 'What is to be done? @ names a file, / lists commands'
      : 'What comes next? @ names a file, / lists commands';

/** Where a person writes to the agent: in a thread, or for a new one in a project. */
export function Composer(
  props: { threadId: string; projectId?: undefined } | { projectId: string; threadId?: undefined },
): JSX.Element | null {
  const { threadId } = props;
  const listed = useApp(({ app }) => (threadId === undefined ? undefined : app.threads[threadId]?.projectId));
  const loaded = useThreads((threads) => (threadId === undefined ? undefined : threads[threadId]?.state?.header.projectId));
  const projectId = props.projectId ?? listed ?? loaded;
  if (projectId === undefined) return null;
  const target: Target = { projectId, ...(threadId === undefined ? {} : { threadId }) };
  return <Box key={draftKey(target)} target={target} />;
}

function Box({ target }: { target: Target }): JSX.Element {
  const { threadId, projectId } = target;
  const key = draftKey(target);
  const draft = useUi((ui) => ui.drafts[key] ?? emptyDraft);
  const status = useThreads((threads) => (threadId === undefined ? undefined : threads[threadId]?.state?.header.turn?.status));
  const cwdOfThread = useThreads((threads) => (threadId === undefined ? undefined : threads[threadId]?.state?.header.cwd));
  const folder = useApp(({ app }) => app.projects.find(({ id }) => id === projectId)?.path);
  const [caret, setCaret] = useState(draft.text.length);
  const [problem, setProblem] = useState<string>();
  const [sending, setSending] = useState(false);
  const busy = useRef(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const wantedCaret = useRef<number>(undefined);
  const listId = useId();

  const working = status !== undefined;
  const empty = isEmpty(draft);
  const completion = useCompletion(target, cwdOfThread ?? folder, draft.text, caret);
  const completing = completion.options.length > 0;
  const stop = useStop(threadId, working);
  const choice = useChoice(target);
  const open = useApp(({ settings }) => choice !== undefined && isOpen(settings, choice.profile));

  useLayoutEffect(() => {
    const at = wantedCaret.current;
    if (at === undefined) return;
    wantedCaret.current = undefined;
    area.current?.setSelectionRange(at, at);
  });
  // An approval that waits has the focus. A kept draft goes on at its end.
  useEffect(() => {
    if (threadId !== undefined && useApp.getState().app.threads[threadId]?.needs) return;
    area.current?.focus();
    area.current?.setSelectionRange(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }, [threadId]);

  // What was answered is gone, and the focus with it: it comes back here.
  const waits = status === 'waiting';
  useEffect(() => {
    if (!waits && document.activeElement === document.body) area.current?.focus();
  }, [waits]);

  const change = (next: Partial<Draft>): void => {
    setProblem(undefined);
    setDraft(key, next);
  };
  const write = (text: string, at: number): void => {
    wantedCaret.current = at;
    setCaret(at);
    change({ text });
  };

  const { take, paste, drop } = useFiles(key, draft, setProblem);

  const submit = async (mode: 'queue' | 'steer'): Promise<void> => {
    if (empty || busy.current) return;
    busy.current = true;
    setProblem(undefined);
    // What takes longer than this is worth a word.
    const slow = setTimeout(() => setSending(true), 300);
    try {
      const command = draft.images.length + draft.attachments.length === 0 ? commandIn(draft.text) : undefined;
      if (command) {
        runSlash(target, command.name, command.argument);
        setDraft(key, { text: '' });
      } else await send(target, draft, mode);
    } catch (thrown) {
      if (toErrorData(thrown).code !== 'cancelled') setProblem(wordsOf(thrown));
    } finally {
      clearTimeout(slow);
      busy.current = false;
      setSending(false);
    }
  };

  const choose = (option: Option, run: boolean): void => {
    if (!run || !option.runs) {
      const { text, caret: at } = completion.filled(option);
      write(text, at);
      return;
    }
    try {
      runSlash(target, option.runs.name, option.runs.argument);
      write('', 0);
    } catch (thrown) {
      setProblem(wordsOf(thrown));
    }
  };

  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { key: name, code, ctrlKey, metaKey, altKey, shiftKey, nativeEvent } = event;
    const { isComposing, keyCode } = nativeEvent;
    const intent = intentOf(
      { key: name, code, ctrlKey, metaKey, altKey, shiftKey, isComposing, keyCode },
      { completing, empty, working },
      isMac,
    );
    if (intent === undefined) return;
    event.preventDefault();
    const active = completion.options[completion.active];
    if (intent === 'send') void submit('queue');
    else if (intent === 'steer') void submit('steer');
    else if (intent === 'stop') stop.press();
    else if (intent === 'dismiss') completion.dismiss();
    else if (intent === 'previous' || intent === 'next') completion.move(intent === 'next' ? 1 : -1);
    else if (intent === 'recall') {
      const last = lastMessage(threadId);
      if (last !== '') write(last, last.length);
    } else if (active) choose(active, intent === 'accept');
  };

  return (
    <div className={threadId === undefined ? 'flex flex-col gap-2' : 'mx-auto flex w-full max-w-192 shrink-0 flex-col gap-2 px-6 pb-4'}>
      {threadId !== undefined && <Queue threadId={threadId} resting={!working} />}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        className={`relative rounded-box border bg-raised ${open ? 'border-stop' : 'border-line focus-within:border-line-strong'}`}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          if (drop(event)) area.current?.focus();
        }}
      >
        {completing && (
          <OptionList
            id={listId}
            label={completion.kind === 'file' ? 'Files' : 'Commands'}
            options={completion.options}
            active={completion.active}
            below={threadId === undefined}
            onChoose={(option) => choose(option, true)}
          />
        )}
        <Notices target={target} problem={problem} images={draft.images.length} />
        <Chips draft={draft} draftKey={key} />
        <textarea
          ref={area}
          data-composer
          aria-label={threadId === undefined ? 'Message for a new thread' : 'Message'}
          aria-autocomplete="list"
          {...(completing ? { 'aria-controls': listId, 'aria-activedescendant': optionId(listId, completion.active) } : {})}
          rows={2}
          value={draft.text}
          placeholder={placeholderOf(threadId, working)}
          onChange={(event) => {
            setCaret(event.target.selectionStart);
            change({ text: event.target.value });
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={press}
          onPaste={paste}
          className="field-sizing-content block max-h-[40vh] min-h-15 w-full resize-none bg-transparent px-3 pt-2.5 pb-1.5 outline-none placeholder:text-faint"
        />
        <Toolbar
          target={target}
          working={working}
          stopping={status === 'stopping'}
          armed={stop.armed}
          empty={empty}
          sending={sending}
          onFiles={(files) => void take(files)}
          onSend={() => void submit('queue')}
          onSteer={() => void submit('steer')}
          onStop={stop.stop}
        />
      </div>
    </div>
  );
}
