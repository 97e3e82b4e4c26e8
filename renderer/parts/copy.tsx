import { Check, Copy } from 'lucide-react';
import { createContext, type JSX, type ReactNode, useContext, useEffect, useState } from 'react';

/** What texts from elsewhere may ask of the window; the screen says how it is done. */
export interface TextActions {
  openLink(url: string): void;
  copy(text: string): Promise<void> | void;
}

const Actions = createContext<TextActions>({ openLink: () => {}, copy: (text) => navigator.clipboard.writeText(text) });

export function TextActionsProvider({ actions, children }: { actions: TextActions; children: ReactNode }): JSX.Element {
  return <Actions value={actions}>{children}</Actions>;
}

export const useTextActions = (): TextActions => useContext(Actions);

/** Shows itself when the pointer is over its group, and for the keyboard. `text` may be made only when it is asked for. */
export function CopyButton({
  text,
  label = 'Copy',
  always = false,
}: {
  text: string | (() => string | Promise<string>);
  label?: string;
  always?: boolean;
}): JSX.Element {
  const { copy } = useTextActions();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const run = async (): Promise<void> => {
    let words = '';
    try {
      words = typeof text === 'string' ? text : await text();
    } catch {
      // Who makes the text has said why there is none.
      return;
    }
    await copy(words);
    setDone(true);
  };
  const shown = always || done ? '' : 'opacity-0 group-hover/copy:opacity-100 focus-visible:opacity-100';
  return (
    <button
      type="button"
      aria-label={done ? 'Copied' : label}
      title={done ? 'Copied' : label}
      onClick={() => void run()}
      className={`flex size-6 shrink-0 items-center justify-center rounded-box text-faint hover:bg-hover hover:text-text ${shown}`}
    >
      {done ? <Check size={14} strokeWidth={1.5} /> : <Copy size={14} strokeWidth={1.5} />}
    </button>
  );
}
