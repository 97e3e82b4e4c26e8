// The last window closes, or the program is asked to quit. Work that runs is not cut off without a question.
import { type BrowserWindow, dialog } from 'electron';

export type Leaving = 'quit' | 'background' | 'stay';

/** What shall become of the threads that work; nothing is asked when there are none. */
export async function askBeforeLeaving(working: number, window: BrowserWindow | undefined): Promise<Leaving> {
  if (working === 0) return 'quit';
  const options = {
    type: 'question' as const,
    message: working === 1 ? 'A thread is still working.' : `${working} threads are still working.`,
    detail:
      'Without a window Switchyard keeps going in the tray until they rest, and then quits. If you stop them, each says so and can be continued.',
    buttons: ['Keep working', 'Stop and quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  };
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 0 ? 'background' : response === 1 ? 'quit' : 'stay';
}
