import { useEffect } from 'react';
import { onHostPush } from '../../connection/host.ts';
import { isMac } from '../../parts/keys.tsx';
import { go } from '../../store/ui.ts';
import { bindingsOf } from './bindings.ts';
import { composing, matches, terminalKeeps, typing } from './combo.ts';
import { commands, contexts, runCommand } from './commands.ts';

/** Works in dialogs too: they open and close dialogs themselves. */
const overDialogs = new Set(['palette', 'shortcuts']);

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || composing(event)) return;
  const target = event.target instanceof Element ? event.target : null;
  if (isField(target) && typing(event, isMac)) return;
  if (target?.closest('[data-terminal]') && terminalKeeps(event, isMac)) return;
  const inDialog = target?.closest('[role="dialog"], [role="alertdialog"]') !== null && target !== null;
  const held = contexts();
  // The narrowest context wins.
  for (const when of held) {
    const command = commands.find((each) => each.when === when && bindingsOf(each.id).some((keys) => matches(keys, event, isMac)));
    if (!command) continue;
    if (inDialog && !overDialogs.has(command.id)) return;
    event.preventDefault();
    runCommand(command.id);
    return;
  }
}

/** The window's one listener for keys, and for what the native menu and deep links ask. */
export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', press);
    const stop = onHostPush((push) => {
      if (push.kind === 'menu') runCommand(push.command);
      else if (push.kind === 'deepLink') go({ screen: 'thread', threadId: push.threadId });
    });
    return () => {
      window.removeEventListener('keydown', press);
      stop();
    };
  }, []);
}
