import { composing, type Press } from '../../shortcuts/combo.ts';

export type Intent = 'send' | 'steer' | 'stop' | 'recall' | 'previous' | 'next' | 'accept' | 'complete' | 'dismiss';

export interface Situation {
  /** A list of completions is open. */
  completing: boolean;
  empty: boolean;
  /** A turn runs. */
  working: boolean;
}

/** What a key means in the composer; undefined = the text area's own business. */
export function intentOf(press: Press, { completing, empty, working }: Situation, mac: boolean): Intent | undefined {
  if (composing(press)) return undefined;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const plain = !mod && !press.altKey && !press.shiftKey && !press.ctrlKey && !press.metaKey;
  if (completing && plain) {
    if (press.key === 'ArrowUp') return 'previous';
    if (press.key === 'ArrowDown') return 'next';
    if (press.key === 'Enter') return 'accept';
    if (press.key === 'Tab') return 'complete';
    if (press.key === 'Escape') return 'dismiss';
  }
  if (press.key === 'Enter' && mod && !press.altKey && !press.shiftKey) return working ? 'steer' : 'send';
  if (press.key === 'Enter' && plain) return 'send';
  if (press.key === 'Escape' && plain && working) return 'stop';
  if (press.key === 'ArrowUp' && plain && empty) return 'recall';
  return undefined;
}
