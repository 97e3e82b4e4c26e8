import { CircleStop, X } from 'lucide-react';
import { type JSX, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { BackgroundCommand, OpenCall } from '../../../shared/domain/thread.ts';
import { useLiveOutput } from '../../items/live-output.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { ResizeHandle } from '../../parts/resize-handle.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { TerminalText } from '../../parts/terminal-text.tsx';
import { useThreads } from '../../store/threads.ts';
import { keep, keptDefaults, useUi } from '../../store/ui.ts';
import { act } from '../act.ts';
import { useBinding } from '../shortcuts/bindings.ts';
import { toggleDrawer } from '../shortcuts/window-actions.ts';
import { nextTab } from './next-tab.ts';

interface Running {
  id: string;
  title: string;
  background: boolean;
}

const noCalls: OpenCall[] = [];
const noCommands: BackgroundCommand[] = [];

/** Commands that print: those of the turn, but for one that waits for an approval, and those in the background. */
function useRunning(threadId: string): Running[] {
  const calls = useThreads((threads) => threads[threadId]?.state?.header.turn?.calls ?? noCalls);
  const approvals = useThreads((threads) => threads[threadId]?.state?.header.turn?.approvals);
  const commands = useThreads((threads) => threads[threadId]?.state?.header.commands ?? noCommands);
  return useMemo(() => {
    const asked = new Set(approvals?.map(({ call }) => call));
    const inTurn = calls
      .filter(({ tool, itemId }) => tool === 'shell' && !asked.has(itemId))
      .map(({ itemId, title }) => ({ id: itemId, title: title.replace(/^(Ran|Started) /, ''), background: false }));
    return [...commands.map(({ id, command }) => ({ id, title: command, background: true })), ...inTurn];
  }, [calls, approvals, commands]);
}

function Output({ threadId, id, running }: { threadId: string; id: string; running: boolean }): JSX.Element {
  const output = useLiveOutput(threadId, id, running);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (output && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [output, running]);
  return (
    <div
      ref={box}
      role="log"
      aria-label="Output"
      aria-live="off"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
      className="min-h-0 flex-1 overflow-y-auto px-4 py-2 font-mono text-code"
    >
      {output && output.first > 0 && <p className="pb-1 font-sans text-faint">Earlier lines are left out here.</p>}
      {output ? (
        <TerminalText text={output.text} first={output.first} />
      ) : (
        <span className="font-sans text-faint">Nothing printed yet.</span>
      )}
      {running ? null : <p className="pt-1 font-sans text-faint">It has ended.</p>}
    </div>
  );
}

function Tabs({ shown, chosen, onChoose }: { shown: readonly Running[]; chosen: string; onChoose: (id: string) => void }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[data-tab="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const to = nextTab(
      event.key,
      shown.map(({ id }) => id),
      chosen,
    );
    if (to === undefined) return;
    event.preventDefault();
    onChoose(to);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${CSS.escape(to)}"]`)?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Running commands"
      onKeyDown={press}
      className="flex min-w-0 flex-1 [scrollbar-width:none] items-center gap-0.5 overflow-x-auto"
    >
      {shown.map(({ id, title, background }) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-tab={id}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
          className="flex h-7 max-w-72 shrink-0 items-center gap-2 rounded-box px-2 text-muted hover:text-text aria-selected:bg-hover aria-selected:text-text"
        >
          <span className="min-w-0 truncate font-mono text-code">{visibleLine(title)}</span>
          {background && <span className="shrink-0 text-caption text-faint">background</span>}
        </button>
      ))}
    </div>
  );
}

function Commands({ threadId }: { threadId: string }): JSX.Element {
  const running = useRunning(threadId);
  const [chosen, setChosen] = useState<Running>();
  const keys = useBinding('toggle-drawer');
  // The one that was looked at stays until another is chosen or, ended, another begins.
  const still = running.find(({ id }) => id === chosen?.id);
  const current = still ?? running.at(-1) ?? chosen;
  useEffect(() => {
    if (current && current.id !== chosen?.id) setChosen(current);
  }, [current, chosen?.id]);
  const shown = current && !running.some(({ id }) => id === current.id) ? [...running, current] : running;
  const isRunning = running.some(({ id }) => id === current?.id);
  return (
    <>
      <div className="flex h-9 shrink-0 items-center gap-2 border-b px-2">
        {current ? (
          <Tabs shown={shown} chosen={current.id} onChoose={(id) => setChosen(shown.find((each) => each.id === id))} />
        ) : (
          <h2 className="min-w-0 flex-1 px-2 text-muted">Running commands</h2>
        )}
        {current?.background && isRunning && (
          <Button small icon={CircleStop} onClick={() => void act('background.stop', { threadId, id: current.id })}>
            Stop
          </Button>
        )}
        <IconButton small label="Hide" keys={keys} icon={X} side="top" onClick={toggleDrawer} />
      </div>
      {current ? (
        <Output key={current.id} threadId={threadId} id={current.id} running={isRunning} />
      ) : (
        <p className="px-4 py-3 text-faint">What a command prints while it runs stands here. Nothing runs now.</p>
      )}
    </>
  );
}

/** Under the thread and the dock: what runs and what it prints. */
export function Drawer({ threadId }: { threadId: string }): JSX.Element | null {
  const drawer = useUi((ui) => ui.kept.drawer);
  if (!drawer.open) return null;
  return (
    <section aria-label="Running commands" className="relative flex shrink-0 flex-col border-t bg-bg" style={{ height: drawer.height }}>
      <ResizeHandle
        label="Height of the running commands"
        edge="top"
        value={drawer.height}
        min={120}
        max={600}
        usual={keptDefaults.drawer.height}
        onChange={(height) => keep({ drawer: { ...drawer, height } })}
      />
      <Commands threadId={threadId} />
    </section>
  );
}
