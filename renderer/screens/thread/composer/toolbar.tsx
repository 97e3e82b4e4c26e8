import { ArrowUp, CircleStop, CornerDownRight, Plus } from 'lucide-react';
import { type JSX, useRef } from 'react';
import { Button, IconButton } from '../../../parts/button.tsx';
import { Tooltip } from '../../../parts/tooltip.tsx';
import { ContextMeter } from './context-meter.tsx';
import { Pickers } from './pickers.tsx';
import type { Target } from './target.ts';

export interface ToolbarProps {
  target: Target;
  working: boolean;
  stopping: boolean;
  /** Escape was pressed once. */
  armed: boolean;
  empty: boolean;
  sending: boolean;
  onFiles: (files: File[]) => void;
  onSend: () => void;
  onSteer: () => void;
  onStop: () => void;
}

/** Below the text: what the thread works with, and what can be done. */
export function Toolbar(props: ToolbarProps): JSX.Element {
  const { target, working, stopping, armed, empty, sending, onFiles, onSend, onSteer, onStop } = props;
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className="@container flex min-w-0 items-center gap-1 px-2 pb-2">
      <IconButton small side="top" label="Attach images or text files" icon={Plus} onClick={() => picker.current?.click()} />
      <input
        ref={picker}
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Attach images or text files"
        className="hidden"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <div className="flex min-w-0 flex-1 items-center gap-0.5">
        <Pickers target={target} />
      </div>
      {target.threadId !== undefined && <ContextMeter threadId={target.threadId} />}
      {working && (
        <Button small icon={CircleStop} aria-disabled={stopping} onClick={onStop}>
          <span aria-live="polite">{stopping ? 'Stopping …' : armed ? 'Esc again to stop' : 'Stop'}</span>
        </Button>
      )}
      {working && !empty && (
        <Tooltip side="top" label="Tells the agent at its next step" keys="Mod+Enter">
          <Button small icon={CornerDownRight} aria-disabled={stopping || sending} onClick={() => !stopping && onSteer()}>
            Steer
          </Button>
        </Tooltip>
      )}
      {(!working || !empty) && (
        <Tooltip side="top" label={working ? 'Waits for the turn’s end' : 'Send'} keys="Enter">
          <Button small tone="primary" icon={ArrowUp} aria-disabled={empty || sending} onClick={onSend}>
            {sending ? 'Sending …' : working ? 'Queue' : 'Send'}
          </Button>
        </Tooltip>
      )}
    </div>
  );
}
